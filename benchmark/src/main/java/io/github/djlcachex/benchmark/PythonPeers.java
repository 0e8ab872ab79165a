package io.github.djlcachex.benchmark;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Systems in Python, run by {@code benchmark/peers/peers.py} where its environment was made. */
final class PythonPeers {

    private static final int MINUTES = 10;

    private PythonPeers() {}

    /** Rows a second by system; empty, with a message, where there is no environment. */
    static Map<String, Double> rates(SuiteOptions options)
            throws IOException, InterruptedException {
        Path peers = options.module().resolve("peers");
        Path python = options.python();
        if (!Files.isExecutable(python)) {
            System.out.println(
                    "  Python peers skipped: no " + python + "; benchmark/peers/setup.sh makes it");
            return Map.of();
        }
        Path out = Files.createTempFile(options.data(), "peers", ".json");
        Process process =
                new ProcessBuilder(command(options, python, peers.resolve("peers.py"), out))
                        .inheritIO()
                        .start();
        if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
            process.destroy();
            System.out.println("  Python peers skipped: not done after " + MINUTES + " minutes");
            return Map.of();
        }
        if (process.exitValue() != 0) {
            System.out.println("  Python peers skipped: they ended with an error, see above");
            return Map.of();
        }
        return read(out);
    }

    private static List<String> command(SuiteOptions options, Path python, Path script, Path out) {
        return List.of(
                python.toString(),
                script.toString(),
                "--rows=" + (options.smoke() ? 2048 : 100_096),
                "--seconds=" + (options.full() ? 3 : options.smoke() ? 0.1 : 1),
                "--directory=" + options.data(),
                "--out=" + out);
    }

    private static Map<String, Double> read(Path out) throws IOException {
        JsonObject json = JsonParser.parseString(Files.readString(out)).getAsJsonObject();
        for (Map.Entry<String, JsonElement> skipped : json.getAsJsonObject("skipped").entrySet()) {
            System.out.println(
                    "  " + skipped.getKey() + " skipped: " + skipped.getValue().getAsString());
        }
        Map<String, Double> rates = new LinkedHashMap<>();
        for (Map.Entry<String, JsonElement> rate : json.getAsJsonObject("rates").entrySet()) {
            rates.put(rate.getKey(), rate.getValue().getAsDouble());
        }
        return rates;
    }
}
