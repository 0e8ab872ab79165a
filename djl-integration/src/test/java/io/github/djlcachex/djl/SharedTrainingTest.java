package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Two processes that train on the same batches, and compute half of the rows each. */
class SharedTrainingTest {

    private static final int TRAIN = 4 * Head.BATCH;
    private static final int VALIDATION = Head.BATCH + 3;
    private static final int EPOCHS = 2;

    @TempDir Path directory;

    /** A rank: its number is the argument behind the directory; -1 trains without the cache. */
    static final class Rank {
        public static void main(String[] args) throws Exception {
            int rank = Integer.parseInt(args[1]);
            try (Fixture fixture = Fixture.of("digits_extractor");
                    CacheBlockDecorator decorator =
                            Decorated.in(Path.of(args[0]))
                                    .setBlock(fixture.block())
                                    .optRank(Math.max(rank, 0), 2)
                                    .optShareMisses(Duration.ofMinutes(2))
                                    .build();
                    Head head = new Head(decorator);
                    NDManager manager = NDManager.newBaseManager("PyTorch")) {
                decorator.setEnabled(rank >= 0);
                CachedDataset train =
                        CachedDataset.withNamespace(
                                Digits.read(5, 9, TRAIN).dataset(manager, Head.BATCH, true),
                                "train");
                CachedDataset validation =
                        CachedDataset.withNamespace(
                                Digits.read(5, 9, VALIDATION).dataset(manager, Head.BATCH, false),
                                "validation");
                System.out.println("losses " + head.loop(EPOCHS, train, validation));
                System.out.println("computed " + decorator.stats().computedRows());
                System.out.println("missed " + decorator.stats().shareLimitsMissed());
            }
        }
    }

    private static String line(String output, String name) {
        return output.lines().filter(line -> line.startsWith(name + " ")).findFirst().orElseThrow();
    }

    private static long number(String output, String name) {
        return Long.parseLong(line(output, name).substring(name.length() + 1));
    }

    @Test
    void ranks_thatShareMisses_computeEachRowOnceAndKeepTheLosses() throws Exception {
        List<String> outputs = new ArrayList<>();
        ExecutorService executor = Executors.newFixedThreadPool(2);
        try {
            List<Future<String>> ranks = new ArrayList<>();
            for (int rank = 0; rank < 2; rank++) {
                String number = String.valueOf(rank);
                ranks.add(
                        executor.submit(
                                () -> ChildJvm.run(Rank.class, directory.toString(), number)));
            }
            for (Future<String> rank : ranks) {
                outputs.add(rank.get(4, TimeUnit.MINUTES));
            }
        } finally {
            executor.shutdownNow();
        }
        String off = line(ChildJvm.run(Rank.class, directory.toString(), "-1"), "losses");
        long computed = 0;
        for (String output : outputs) {
            assertThat(line(output, "losses")).isEqualTo(off);
            assertThat(number(output, "missed")).isZero();
            computed += number(output, "computed");
        }
        assertThat(computed).isEqualTo(TRAIN + VALIDATION);
    }
}
