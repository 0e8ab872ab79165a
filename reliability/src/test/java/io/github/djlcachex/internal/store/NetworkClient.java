package io.github.djlcachex.internal.store;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FlushReport;
import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.row.CacheIoException;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.testing.TestRows;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * A process on a mount that does what it is told by lines, and answers each with one: directory,
 * read mode.
 */
final class NetworkClient {

    private static final int BATCH = 500;

    private final FeatureCache cache;
    private final RowBatch into = RowBatch.allocate(Caches.ROWS.schema(), BATCH);

    private NetworkClient(FeatureCache cache) {
        this.cache = cache;
    }

    public static void main(String[] args) throws IOException {
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (FeatureCache cache =
                Caches.at(Path.of(args[0]))
                        .readMode(ReadMode.valueOf(args[1]))
                        .memoryTierBytes(0)
                        .refreshInterval(Duration.ofMillis(200))
                        .closeTimeout(Duration.ofSeconds(20))
                        .open()) {
            System.out.println("ready");
            NetworkClient client = new NetworkClient(cache);
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                client.obey(line.split(" "));
            }
        }
        System.out.println("ended");
    }

    private void obey(String[] words) {
        switch (words[0]) {
            case "put" -> put(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
            case "check" -> check(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
            case "clear" -> {
                cache.clear();
                System.out.println("cleared");
            }
            case "refresh" -> refresh();
            default -> throw new IllegalArgumentException(words[0]);
        }
    }

    private void put(int from, int to) {
        for (int at = from; at < to; at += BATCH) {
            Caches.put(cache, TestRows.range(at, Math.min(to, at + BATCH)));
        }
        FlushReport report = cache.flush();
        System.out.println((report.isComplete() ? "persisted " : "lost ") + (to - from));
    }

    private void refresh() {
        String outcome = "refreshed";
        try {
            cache.refresh();
        } catch (CacheIoException e) { // the server does not answer yet
            outcome = "refreshed in vain: " + e.getMessage();
        }
        System.out.println(outcome);
    }

    private void check(int from, int to) {
        long beginNs = System.nanoTime();
        int hits = 0;
        int wrong = 0;
        for (int at = from; at < to; at += BATCH) {
            Keys keys = TestRows.range(at, at + BATCH);
            int[] missing = cache.gather(keys, into).missing();
            boolean[] empty = new boolean[BATCH];
            IntStream.of(missing).forEach(position -> empty[position] = true);
            for (int position = 0; position < BATCH; position++) {
                if (!empty[position]) {
                    hits++;
                    wrong += Caches.ROWS.isRight(keys, position, into) ? 0 : 1;
                }
            }
        }
        long ms = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beginNs);
        System.out.println("wrong " + wrong);
        System.out.println("took " + ms);
        System.out.println("hits " + hits);
    }
}
