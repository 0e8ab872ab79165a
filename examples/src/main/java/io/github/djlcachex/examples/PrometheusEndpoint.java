package io.github.djlcachex.examples;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.micrometer.FeatureCacheMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * PrometheusEndpoint serves the numbers of a cache to Prometheus, with the HTTP server of the JDK.
 *
 * <p>Run it with a directory and a port; it stores a few rows, and answers until it is killed.
 */
public final class PrometheusEndpoint implements AutoCloseable {

    private static final int OK = 200;
    private static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final HttpServer server;

    /**
     * Starts the server, on this host alone.
     *
     * @param port the port, or 0 for any free one
     * @throws IOException if the port is taken
     */
    public PrometheusEndpoint(int port) throws IOException {
        server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/metrics", this::answer);
        server.start();
    }

    /** Shows a cache until it is closed. */
    public FeatureCache show(FeatureCache cache) {
        return FeatureCacheMetrics.monitor(registry, cache);
    }

    /** Returns the address to give to Prometheus. */
    public URI address() {
        InetSocketAddress address = server.getAddress();
        return URI.create("http://localhost:" + address.getPort() + "/metrics");
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] text = registry.scrape(CONTENT_TYPE).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", CONTENT_TYPE);
            exchange.sendResponseHeaders(OK, text.length);
            try (OutputStream body = exchange.getResponseBody()) {
                body.write(text);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }

    /** Serves the numbers of a small cache. */
    public static void main(String[] args) throws IOException, InterruptedException {
        PrometheusEndpoint endpoint = new PrometheusEndpoint(Integer.parseInt(args[1]));
        FeatureCache cache =
                FeatureCache.builder().directory(Path.of(args[0])).moduleId("minilm").open();
        endpoint.show(cache);
        for (String text : new String[] {"a text", "another text", "a text"}) {
            if (cache.get(text).isEmpty()) {
                cache.put(text, new float[] {text.length(), text.hashCode()});
            }
        }
        System.out.print("numbers are at " + endpoint.address() + "\n");
        Thread.currentThread().join();
    }
}
