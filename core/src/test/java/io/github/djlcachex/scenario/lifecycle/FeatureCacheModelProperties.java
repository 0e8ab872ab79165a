package io.github.djlcachex.scenario.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.CacheStats;
import io.github.djlcachex.cache.ChecksumPolicy;
import io.github.djlcachex.cache.Durability;
import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.FlushReport;
import io.github.djlcachex.cache.GatherResult;
import io.github.djlcachex.cache.PutResult;
import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.cache.Seams;
import io.github.djlcachex.cache.SegmentInfo;
import io.github.djlcachex.cache.WriteMode;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.LongKeys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.StringKeys;
import io.github.djlcachex.testing.Arbitraries;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Any sequence of calls against a map from key to the version of its row: the first put of a key
 * wins until a clear.
 */
class FeatureCacheModelProperties {

    /** How a cache is opened. */
    record Setup(
            KeyType keyType,
            RowSchema schema,
            int segmentRows,
            ReadMode readMode,
            long memoryTierBytes,
            ChecksumPolicy verification,
            WriteMode writeMode) {

        FeatureCache open(Path directory) {
            return FeatureCache.builder()
                    .directory(directory)
                    .moduleId("model")
                    .segmentRows(segmentRows)
                    .segmentBytes(4096)
                    .readMode(readMode)
                    .memoryTierBytes(memoryTierBytes)
                    .checksumPolicy(verification)
                    .writeMode(writeMode)
                    .durability(Durability.OS)
                    .open();
        }
    }

    @Provide
    Arbitrary<Setup> setups() {
        return Combinators.combine(
                        net.jqwik.api.Arbitraries.of(KeyType.class),
                        Arbitraries.schemas(),
                        net.jqwik.api.Arbitraries.integers().between(1, 12),
                        net.jqwik.api.Arbitraries.of(ReadMode.class),
                        net.jqwik.api.Arbitraries.of(0L, 1000L, 1L << 20),
                        net.jqwik.api.Arbitraries.of(ChecksumPolicy.class),
                        net.jqwik.api.Arbitraries.of(WriteMode.class))
                .as(Setup::new);
    }

    @Provide
    Arbitrary<List<Arbitraries.Step>> steps() {
        return Arbitraries.steps();
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void cache_anySequenceOfCalls_isAMapWhereTheFirstPutWins(
            @ForAll("setups") Setup setup, @ForAll("steps") List<Arbitraries.Step> steps)
            throws IOException {
        // jqwik's engine knows no @TempDir
        Path directory = Files.createTempDirectory("djlcachex-model");
        try (Model model = new Model(setup, directory)) {
            for (Arbitraries.Step step : steps) {
                model.run(step);
            }
            model.run(new Arbitraries.Reopen());
            model.run(new Arbitraries.Gather(Arbitraries.wholePool()));
        } finally {
            TestFiles.deleteAll(directory);
        }
    }

    /** A cache beside its map. */
    private static final class Model implements AutoCloseable {
        private final Setup setup;
        private final Path directory;
        private final Map<Integer, Long> versions = new HashMap<>();
        private boolean everPut;
        private FeatureCache cache;
        private CacheStats before;

        Model(Setup setup, Path directory) {
            this.setup = setup;
            this.directory = directory;
            this.cache = setup.open(directory);
            this.before = cache.stats();
        }

        void run(Arbitraries.Step step) {
            before = cache.stats();
            if (step instanceof Arbitraries.Put put) {
                put(put);
            } else if (step instanceof Arbitraries.Gather gather) {
                gather(gather.keys());
            } else if (step instanceof Arbitraries.Ask ask) {
                ask(ask.keys());
            } else if (step instanceof Arbitraries.Flush) {
                FlushReport report = cache.flush();
                assertThat(report.isComplete()).isTrue();
                assertThat(cache.segments().stream().mapToInt(SegmentInfo::rows).sum())
                        .isEqualTo(versions.size());
            } else if (step instanceof Arbitraries.Refresh) {
                assertThat(cache.refresh()).isZero();
            } else if (step instanceof Arbitraries.Clear) {
                cache.clear();
                versions.clear();
                assertThat(cache.segments()).isEmpty();
            } else {
                assertThat(cache.closeAndReport().isComplete()).isTrue();
                cache = setup.open(directory);
                before = cache.stats();
            }
            checkWhole();
        }

        private void put(Arbitraries.Put put) {
            Keys keys = Arbitraries.pooled(setup.keyType(), put.keys());
            PutResult result =
                    cache.put(keys, new TestRows(setup.schema(), put.version()).batch(keys));
            int stored = 0;
            for (int key : put.keys()) {
                stored += versions.putIfAbsent(key, put.version()) == null ? 1 : 0;
            }
            assertThat(result).isEqualTo(Seams.put(stored, keys.size() - stored, 0));
            everPut = true;
        }

        private void gather(List<Integer> numbers) {
            Keys keys = Arbitraries.pooled(setup.keyType(), numbers);
            RowBatch into = new TestRows(setup.schema(), 0).room(cache, keys);
            GatherResult result = cache.gather(keys, into);
            assertThat(result.missing()).isEqualTo(absent(numbers));
            assertThat(result.hits()).isEqualTo(numbers.size() - result.missing().length);
            for (int position = 0; position < numbers.size(); position++) {
                Long version = versions.get(numbers.get(position));
                if (version != null) {
                    assertThat(new TestRows(setup.schema(), version).isRight(keys, position, into))
                            .isTrue();
                }
            }
            assertThat(cache.stats().hits() - before.hits()).isEqualTo(result.hits());
            assertThat(cache.stats().misses() - before.misses()).isEqualTo(result.missing().length);
        }

        private void ask(List<Integer> numbers) {
            assertThat(cache.missing(Arbitraries.pooled(setup.keyType(), numbers)))
                    .isEqualTo(absent(numbers));
            for (int number : numbers) {
                boolean there =
                        setup.keyType() == KeyType.INT64
                                ? cache.contains(Arbitraries.pooledLong(number))
                                : cache.contains(Arbitraries.pooledString(number));
                assertThat(there).isEqualTo(versions.containsKey(number));
            }
        }

        private int[] absent(List<Integer> numbers) {
            return IntStream.range(0, numbers.size())
                    .filter(i -> !versions.containsKey(numbers.get(i)))
                    .toArray();
        }

        private void checkWhole() {
            assertThat(cache.rowCount()).isEqualTo(versions.size());
            assertThat(cache.schema().isPresent()).isEqualTo(everPut);
            assertThat(listedKeys()).isEqualTo(expectedKeys());
            assertThat(cache.stats().corruptRows()).isZero();
            assertThat(cache.stats().skippedSegments()).isZero();
        }

        private Set<Object> listedKeys() {
            Keys listed = cache.keys();
            Set<Object> keys = new HashSet<>();
            for (int i = 0; i < listed.size(); i++) {
                assertThat(keys.add(listed.getObject(i))).isTrue();
            }
            if (!keys.isEmpty()) {
                assertThat(listed)
                        .isInstanceOf(
                                setup.keyType() == KeyType.INT64
                                        ? LongKeys.class
                                        : StringKeys.class);
            }
            return keys;
        }

        private Set<Object> expectedKeys() {
            Set<Object> keys = new HashSet<>();
            for (int number : versions.keySet()) {
                keys.add(
                        setup.keyType() == KeyType.INT64
                                ? (Object) Arbitraries.pooledLong(number)
                                : Arbitraries.pooledString(number));
            }
            return keys;
        }

        @Override
        public void close() {
            cache.close();
        }
    }
}
