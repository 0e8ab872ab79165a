package io.github.djlcachex.scenario.damage;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.cache.GatherResult;
import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.internal.store.Caches;
import io.github.djlcachex.row.CacheException;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.testing.ExpectedRows;
import io.github.djlcachex.testing.Reliability;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/**
 * Single bits that flip in the files of a cache: each is noticed, or changes no row.
 *
 * <p>Case 9 of torchcachex: of 1434 flipped bits 142 gave wrong values silently there, and 39
 * killed or hung Python.
 */
@Tag("T7")
class BitFlipTest {

    private static final TestRows ROWS =
            new TestRows(
                    Caches.schema(
                            Column.of("features", ElementType.FLOAT32, 3),
                            Column.of(ElementType.INT64)),
                    13);

    private enum Outcome {
        DETECTED,
        HARMLESS,
        WRONG
    }

    /** How files are read; the short tier takes one a bit by turns, the long one both. */
    private static final List<ReadMode> MODES = List.of(ReadMode.MAPPED, ReadMode.POSITIONAL);

    private static final int MODES_A_BIT = Reliability.runs(1, MODES.size());

    /** Of variable rows each of the bits in the long tier alone. */
    private static final int BITS_OF_A_BYTE = Caches.VARIABLE ? Reliability.runs(1, 8) : 8;

    @TempDir Path directory;

    private final Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
    private final Map<KeyType, ExpectedRows> expected = new EnumMap<>(KeyType.class);

    @BeforeEach
    void writeOneSegmentOfEachKeyType() {
        for (KeyType type : KeyType.values()) {
            expected.put(type, new ExpectedRows(ROWS, ExpectedRows.keys(type, 0, 3)));
            write(expected(type));
        }
    }

    private ExpectedRows expected(KeyType type) {
        return Objects.requireNonNull(expected.get(type));
    }

    private Path at(KeyType type) {
        return directory.resolve(type.name());
    }

    private void write(ExpectedRows rows) {
        try (FeatureCache cache = Caches.at(at(ExpectedRows.typeOf(rows.pool()))).open()) {
            cache.put(rows.pool(), ROWS.batch(rows.pool()));
            assertThat(cache.flush().persistedRows()).isEqualTo(rows.pool().size());
        }
    }

    private long bits(String suffix) throws IOException {
        long bits = 0;
        for (KeyType type : KeyType.values()) {
            bits += 8 * Files.size(TestFiles.only(at(type), suffix));
        }
        return bits;
    }

    @Tag("variable-rows")
    @Test
    void segment_withAnyBitFlipped_givesRightRowsMissesOrATypedException() throws Exception {
        Reliability.prove(
                "T7 bit flips in a segment",
                MODES_A_BIT * bits(".arrow") / 8 * BITS_OF_A_BYTE,
                line -> {
                    for (KeyType type : KeyType.values()) {
                        Path segment = TestFiles.only(at(type), ".arrow");
                        flipEachBit(
                                segment,
                                BITS_OF_A_BYTE,
                                line,
                                mode -> outcomeOf(expected(type), mode));
                    }
                    // what is harmless is padding alone
                    assertThat(outcomes.get(Outcome.HARMLESS)).isLessThan((int) line.runs() / 4);
                });
    }

    @Test
    void contract_withAnyBitFlipped_isTakenFromTheSegmentOrGivenUp() throws Exception {
        Reliability.prove(
                "T7 bit flips in contract.json",
                2L * MODES_A_BIT * bits("contract.json"),
                line -> {
                    for (KeyType type : KeyType.values()) {
                        Path contract = TestFiles.only(at(type), "contract.json");
                        flipEachBit(contract, 8, line, mode -> outcomeOf(expected(type), mode));
                        assertThat(outcomes.get(Outcome.DETECTED)).as("no row is lost").isNull();
                    }
                    for (KeyType type : KeyType.values()) {
                        Files.delete(TestFiles.only(at(type), ".arrow"));
                        Path contract = TestFiles.only(at(type), "contract.json");
                        flipEachBit(
                                contract, 8, line, mode -> outcomeOfTheContractAlone(type, mode));
                    }
                    assertThat(outcomes.get(Outcome.DETECTED)).isPositive();
                });
    }

    @Tag("variable-rows")
    @Test
    void segment_flippedUnderTheOpenCache_givesRightRowsOrMisses() throws Exception {
        int bitsOfAByte = Reliability.runs(1, 8);
        Reliability.prove(
                "T7 bit flips under an open cache",
                2 * bits(".arrow") / 8 * bitsOfAByte,
                line -> {
                    for (ReadMode mode : MODES) {
                        for (KeyType type : KeyType.values()) {
                            flipUnderAnOpenCache(expected(type), mode, bitsOfAByte, line);
                        }
                    }
                });
    }

    @Test
    void largeSegment_withRandomBitsFlipped_givesRightRowsMissesOrATypedException()
            throws Exception {
        int flips = Reliability.runs(200, 4_000);
        int rows = Reliability.runs(2_000, 20_000);
        Reliability.prove(
                "T7 random bit flips in a larger segment",
                flips,
                line -> {
                    Random random = new Random(17);
                    for (KeyType type : KeyType.values()) {
                        TestFiles.deleteAll(at(type));
                        ExpectedRows many =
                                new ExpectedRows(ROWS, ExpectedRows.keys(type, 0, rows));
                        write(many);
                        Path segment = TestFiles.only(at(type), ".arrow");
                        byte[] intact = Files.readAllBytes(segment);
                        for (int i = 0; i < flips / KeyType.values().length; i++) {
                            int offset = random.nextInt(intact.length);
                            flip(segment, intact, offset, random.nextInt(8));
                            count(outcomeOf(many, MODES.get(i % MODES.size())), line);
                            TestFiles.overwrite(segment, offset, new byte[] {intact[offset]});
                        }
                    }
                });
    }

    private interface Judge {
        Outcome outcome(ReadMode mode) throws IOException;
    }

    private void flipEachBit(Path file, int bits, Reliability line, Judge judge)
            throws IOException {
        byte[] intact = Files.readAllBytes(file);
        for (int offset = 0; offset < intact.length; offset++) {
            for (int i = 0; i < bits; i++) {
                int bit = (i + offset) % 8;
                flip(file, intact, offset, bit);
                for (int turn = 0; turn < MODES_A_BIT; turn++) {
                    count(judge.outcome(MODES.get((bit + offset + turn) % MODES.size())), line);
                }
            }
            TestFiles.overwrite(file, offset, new byte[] {intact[offset]});
        }
        for (ReadMode mode : MODES) {
            assertThat(judge.outcome(mode)).as("all is as before").isEqualTo(Outcome.HARMLESS);
        }
    }

    private static void flip(Path file, byte[] intact, int offset, int bit) throws IOException {
        TestFiles.overwrite(file, offset, new byte[] {(byte) (intact[offset] ^ 1 << bit)});
    }

    private void count(Outcome outcome, Reliability line) {
        outcomes.merge(outcome, 1, Integer::sum);
        line.wrong(outcome == Outcome.WRONG ? 1 : 0);
        line.run();
        line.note(outcomes.toString());
    }

    /** Any exception that is not of the family is a failure of the test. */
    private Outcome outcomeOf(ExpectedRows rows, ReadMode mode) {
        try (FeatureCache cache = reader(ExpectedRows.typeOf(rows.pool()), mode)) {
            if (cache.schema().isEmpty()) {
                return Outcome.DETECTED;
            }
            // a flipped key must not be listed either: with all keys there, it would be one more
            Keys listed = cache.keys();
            boolean asPut = listed.size() == 0 || listed.equals(rows.pool());
            return asPut ? gather(cache, rows) : Outcome.WRONG;
        } catch (CacheException typed) {
            return Outcome.DETECTED;
        }
    }

    private Outcome outcomeOfTheContractAlone(KeyType type, ReadMode mode) {
        try (FeatureCache cache = reader(type, mode)) {
            if (cache.schema().isEmpty()) {
                return Outcome.DETECTED;
            }
            boolean same =
                    cache.schema().get().equals(ROWS.schema())
                            && cache.keyType().orElseThrow() == type;
            return same ? Outcome.HARMLESS : Outcome.WRONG;
        } catch (CacheException typed) {
            return Outcome.DETECTED;
        }
    }

    private FeatureCache reader(KeyType type, ReadMode mode) {
        return Caches.at(at(type)).readOnly(true).readMode(mode).memoryTierBytes(0).open();
    }

    private static Outcome gather(FeatureCache cache, ExpectedRows rows) {
        RowBatch into = ROWS.room(cache, rows.pool());
        GatherResult result = cache.gather(rows.pool(), into);
        if (rows.wrong(into, result.missing()) > 0) {
            return Outcome.WRONG;
        }
        return result.isComplete() ? Outcome.HARMLESS : Outcome.DETECTED;
    }

    /** A row that was found bad stays a miss, so that the cache is opened again after one. */
    private void flipUnderAnOpenCache(
            ExpectedRows rows, ReadMode mode, int bitsOfAByte, Reliability line)
            throws IOException {
        KeyType type = ExpectedRows.typeOf(rows.pool());
        Path segment = TestFiles.only(at(type), ".arrow");
        byte[] intact = Files.readAllBytes(segment);
        FeatureCache cache = reader(type, mode);
        try {
            for (int flip = 0; flip < intact.length * bitsOfAByte; flip++) {
                int offset = flip / bitsOfAByte;
                flip(segment, intact, offset, (flip + offset) % 8);
                Outcome outcome = gather(cache, rows);
                count(outcome, line);
                checkKeys(cache, rows.pool());
                TestFiles.overwrite(segment, offset, new byte[] {intact[offset]});
                if (outcome != Outcome.HARMLESS) {
                    cache.close();
                    cache = reader(type, mode);
                }
            }
            assertThat(gather(cache, rows)).isEqualTo(Outcome.HARMLESS);
        } finally {
            cache.close();
        }
    }

    private static void checkKeys(FeatureCache cache, Keys put) {
        try {
            Keys listed = cache.keys();
            for (int i = 0; i < listed.size(); i++) {
                Object key = listed.getObject(i);
                assertThat(contains(put, key)).as("key %s", key).isTrue();
            }
        } catch (CacheException typed) {
            assertThat(typed).hasMessageContaining(".arrow");
        }
    }

    private static boolean contains(Keys keys, Object key) {
        for (int i = 0; i < keys.size(); i++) {
            if (keys.getObject(i).equals(key)) {
                return true;
            }
        }
        return false;
    }
}
