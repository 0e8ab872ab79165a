package io.github.djlcachex.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;

/** The endpoint as Prometheus sees it. */
class PrometheusEndpointTest {

    @TempDir Path directory;

    @Test
    void scrape_ofACache_hasItsNumbersUntilItIsClosed() throws Exception {
        try (PrometheusEndpoint endpoint = new PrometheusEndpoint(0)) {
            FeatureCache opened =
                    FeatureCache.builder().directory(directory).moduleId("minilm").open();
            try (FeatureCache cache = endpoint.show(opened)) {
                cache.put("a text", new float[] {1, 2, 3});
                cache.get("a text");
                HttpResponse<String> answer = scrape(endpoint);
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.headers().firstValue("Content-Type"))
                        .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain"));
                assertThat(answer.body())
                        .containsPattern("cache_gets_total\\{cache=\"minilm\",.*result=\"hit\"} 1")
                        .containsPattern("djlcachex_pending_bytes\\{cache=\"minilm\",.*} 12");
            }
            assertThat(scrape(endpoint).body()).doesNotContain("djlcachex");
        }
    }

    private static HttpResponse<String> scrape(PrometheusEndpoint endpoint) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(endpoint.address()).build(),
                        HttpResponse.BodyHandlers.ofString());
    }
}
