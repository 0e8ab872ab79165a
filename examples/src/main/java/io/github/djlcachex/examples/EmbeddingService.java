package io.github.djlcachex.examples;

import ai.djl.MalformedModelException;
import ai.djl.translate.TranslateException;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import io.github.djlcachex.djl.CachedPredictor;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
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

    private final MiniLm miniLm;
    private final BlockingQueue<CachedPredictor<String, float[]>> predictors =
            new ArrayBlockingQueue<>(THREADS);
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final HttpServer server;

    /**
     * Starts the service, on this host alone.
     *
     * @param directory the directory of the model and of the cache
     * @param port the port, or 0 for any free one
     * @throws IOException if the port is taken, or the directory cannot be written
     * @throws MalformedModelException if the model cannot be loaded
     */
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
            try {
                send(exchange, OK, Arrays.toString(embed(text)));
            } catch (TranslateException | RuntimeException e) {
                send(exchange, FAILED, e.toString());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // the service ends
            }
        }
    }

    private float[] embed(String text) throws InterruptedException, TranslateException {
        CachedPredictor<String, float[]> predictor = predictors.take();
        try {
            return predictor.predict(text);
        } finally {
            predictors.put(predictor);
        }
    }

    private static void send(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
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
