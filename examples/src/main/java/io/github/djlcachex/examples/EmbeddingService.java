package io.github.djlcachex.examples;

import ai.djl.MalformedModelException;
import ai.djl.translate.TranslateException;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import io.github.djlcachex.djl.CachedPredictor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * EmbeddingService answers a text with its embedding, over the HTTP server of the JDK: {@code curl
 * -d 'a text' localhost:8080/embed}. A text that it has met, in this run or an earlier one, is read
 * from the cache.
 *
 * <p>Run it with a directory and a port. Its four threads share one model and one cache; each
 * request has a predictor to itself, since a predictor is for one thread.
 */
public final class EmbeddingService implements AutoCloseable {

    private static final int THREADS = 4;
    private static final int OK = 200;
    private static final int FAILED = 500;

    static {
        // or a body waits 40 ms for the acknowledgement of its headers
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final MiniLm miniLm;
    private final Queue<CachedPredictor<String, float[]>> predictors =
            new ConcurrentLinkedQueue<>();
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final HttpServer server;

    /** Starts the service, on this host alone; port 0 is any free one. */
    public EmbeddingService(Path directory, int port) throws IOException, MalformedModelException {
        miniLm = MiniLm.load(directory.resolve("model"));
        for (int i = 0; i < THREADS; i++) {
            predictors.add(
                    CachedPredictor.builder(miniLm.model(), miniLm.translator())
                            .setDirectory(directory.resolve("features"))
                            .setModuleId("minilm")
                            .build());
        }
        server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(threads);
        server.createContext("/embed", this::answer);
        server.start();
    }

    /** Returns the address to post texts to. */
    public URI address() {
        return URI.create("http://localhost:" + server.getAddress().getPort() + "/embed");
    }

    /** Returns how many texts the model was run on. */
    public long computedTexts() {
        return predictors.stream().mapToLong(each -> each.stats().computedRows()).sum();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String text =
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            int status = OK;
            String answer;
            try {
                answer = Arrays.toString(embed(text));
            } catch (TranslateException | RuntimeException e) {
                status = FAILED;
                answer = e.toString();
            }
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private float[] embed(String text) throws TranslateException {
        CachedPredictor<String, float[]> predictor = predictors.remove(); // one for each thread
        try {
            return predictor.predict(text);
        } finally {
            predictors.add(predictor);
        }
    }

    @Override
    public void close() {
        server.stop(1);
        threads.shutdown();
        predictors.forEach(CachedPredictor::close); // the last one writes what waits
        miniLm.close();
    }

    /** Serves until it is killed. */
    public static void main(String[] args) throws IOException, MalformedModelException {
        EmbeddingService service =
                new EmbeddingService(Path.of(args[0]), Integer.parseInt(args[1]));
        Runtime.getRuntime().addShutdownHook(new Thread(service::close));
        System.out.print("post texts to " + service.address() + "\n");
    }
}
