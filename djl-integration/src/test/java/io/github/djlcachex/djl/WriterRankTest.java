package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** One rank writes, and the others read what it wrote. */
class WriterRankTest {

    private static final int ROWS = 10;

    @TempDir Path directory;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");

    @AfterEach
    void close() {
        manager.close();
    }

    /** Rank 0: computes the rows from an id on, and closes. */
    static final class Writer {
        public static void main(String[] args) {
            try (NDManager manager = NDManager.newBaseManager("PyTorch");
                    CacheBlockDecorator decorator =
                            rank(SpyBlock.twicePlusOne(), Path.of(args[0]), 0)) {
                Decorated.run(decorator, manager, batch(manager, Long.parseLong(args[1])));
                System.out.println("declined " + decorator.stats().declinedRows());
            }
        }
    }

    private static CacheBlockDecorator rank(SpyBlock block, Path directory, int rank) {
        return Decorated.in(directory)
                .setBlock(block)
                .optWriterRank(0)
                .optRank(rank, 2)
                .optCacheOptions(
                        options -> options.refreshInterval(Duration.ZERO)) // the test itself does
                .build();
    }

    private static NDList batch(NDManager manager, long from) {
        float start = from;
        return CacheIds.attach(
                new NDList(
                        manager.arange(start, start + ROWS, 1, DataType.FLOAT32).reshape(ROWS, 1)),
                LongStream.range(from, from + ROWS).toArray());
    }

    private void assertRows(CacheBlockDecorator decorator, long from) {
        NDList batch = batch(manager, from);
        NDList outputs = Decorated.run(decorator, manager, batch);
        assertThat(Bits.hex(outputs.head())).isEqualTo(Bits.hex(batch.head().mul(2).add(1)));
    }

    private long files() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).count();
        }
    }

    @Test
    void forward_inRank1Of2WithWriterRank0_writesNothingSaysSoOnceAndReadsRank0() throws Exception {
        SpyBlock spy = SpyBlock.twicePlusOne();
        try (CacheBlockDecorator decorator = rank(spy, directory, 1)) {
            String log =
                    Decorated.logOf(
                            () -> {
                                assertRows(decorator, 1000);
                                assertRows(decorator, 2000);
                                assertRows(decorator, 3000);
                            });
            assertThat(log).containsOnlyOnce("not stored");
            assertThat(decorator.stats().declinedRows()).isEqualTo(3 * ROWS);
            assertThat(decorator.stats().computedRows()).isEqualTo(3 * ROWS);
            assertThat(decorator.cache().isWritable()).isFalse();
            assertThat(decorator.cache().flush().persistedRows()).isZero();
            assertThat(files()).isZero();

            assertThat(ChildJvm.run(Writer.class, directory.toString(), "0"))
                    .contains("declined 0");
            assertThat(files()).isPositive();
            assertThat(decorator.cache().refresh()).isEqualTo(1);
            long runs = spy.calls().size();
            assertRows(decorator, 0);
            assertThat(spy.calls()).hasSize((int) runs);
            assertThat(decorator.stats().hits()).isEqualTo(ROWS);
        }
    }

    @Test
    void forward_readOnly_writesNothingAndReads() throws Exception {
        ChildJvm.run(Writer.class, directory.toString(), "0");
        long files = files();
        SpyBlock spy = SpyBlock.twicePlusOne();
        try (CacheBlockDecorator decorator =
                Decorated.in(directory).setBlock(spy).optReadOnly(true).build()) {
            assertRows(decorator, 0);
            assertThat(spy.calls()).isEmpty();
            assertRows(decorator, 500);
            assertThat(decorator.stats().declinedRows()).isEqualTo(ROWS);
        }
        assertThat(files()).isEqualTo(files);
    }
}
