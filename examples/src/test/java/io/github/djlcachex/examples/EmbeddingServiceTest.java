package io.github.djlcachex.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The service as clients see it; {@code -Dservice.requests=100000} makes it a soak. */
class EmbeddingServiceTest {

    private static final int REQUESTS = Integer.getInteger("service.requests", 1000);
    private static final int TEXTS = 20;
    private static final int CLIENTS = 4;
    private static final long GROWTH_BYTES = 16 << 20;

    @TempDir Path directory;

    private final HttpClient client = HttpClient.newHttpClient();
    private final Set<String> answers = ConcurrentHashMap.newKeySet();

    @Test
    void requests_forTheSameTexts_runTheModelOnceForEachAndLeaveTheHeapFlat() throws Exception {
        try (EmbeddingService service = new EmbeddingService(directory, 0)) {
            ask(service, REQUESTS / 2);
            long half = heapBytes();
            ask(service, REQUESTS / 2);
            long grown = heapBytes() - half;
            System.out.printf("%d requests, heap grew by %d bytes%n", REQUESTS, grown);
            assertThat(grown).isLessThan(GROWTH_BYTES);
            assertThat(answers).hasSize(TEXTS);
            assertThat(service.computedTexts()).isEqualTo(TEXTS);
        }
        try (EmbeddingService again = new EmbeddingService(directory, 0)) {
            ask(again, TEXTS);
            assertThat(answers).hasSize(TEXTS);
            assertThat(again.computedTexts()).isZero();
        }
    }

    private void ask(EmbeddingService service, int requests) throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        List<Future<?>> running = new ArrayList<>();
        for (int c = 0; c < CLIENTS; c++) {
            running.add(
                    clients.submit(
                            () -> {
                                for (int i = 0; i < requests / CLIENTS; i++) {
                                    answers.add(post(service, "text number " + i % TEXTS));
                                }
                                return null;
                            }));
        }
        for (Future<?> each : running) {
            each.get();
        }
        clients.shutdown();
    }

    private String post(EmbeddingService service, String text)
            throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(service.address())
                        .timeout(Duration.ofSeconds(60))
                        .POST(HttpRequest.BodyPublishers.ofString(text))
                        .build();
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    /** After a collection, which is asked for several times: one may leave floating garbage. */
    private static long heapBytes() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
