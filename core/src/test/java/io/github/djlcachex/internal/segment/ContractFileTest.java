package io.github.djlcachex.internal.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.djlcachex.cache.FeatureCache;
import io.github.djlcachex.row.Column;
import io.github.djlcachex.row.ContractConflictException;
import io.github.djlcachex.row.CorruptFileException;
import io.github.djlcachex.row.ElementType;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.Keys;
import io.github.djlcachex.row.RowBatch;
import io.github.djlcachex.row.RowSchema;
import io.github.djlcachex.row.UnsupportedFormatException;
import io.github.djlcachex.testing.FaultyStorage;
import io.github.djlcachex.testing.FaultyStorage.Op;
import io.github.djlcachex.testing.TestFiles;
import io.github.djlcachex.testing.TestRows;
import io.github.djlcachex.testing.TestThreads;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32C;

/** How a generation's contract is read, agreed on, refused and rebuilt. */
class ContractFileTest {

    private static final RowSchema OTHER = RowSchema.of(Column.of(ElementType.INT8, 5));

    @TempDir Path directory;

    private final FaultyStorage storage = new FaultyStorage();

    private ContractFile file() {
        return new ContractFile(storage, directory, WriterId.draw());
    }

    private static Contract contract(RowSchema schema, long seed) {
        return new Contract("module", "print", KeyType.UTF8, schema, seed);
    }

    private static Contract contract() {
        return contract(SegmentFixture.ROWS.schema(), -5);
    }

    /** A contract's text with changes, and a checksum that fits them. */
    private static String forged(String from, String to) {
        String text = ContractJson.encode(contract());
        String body = text.substring(0, text.indexOf(",\"crc32c\"")) + "}";
        assertThat(body).contains(from);
        return withChecksum(body.replace(from, to));
    }

    private static String withChecksum(String object) {
        CRC32C crc = new CRC32C();
        crc.update(object.getBytes(StandardCharsets.UTF_8));
        return object.substring(0, object.length() - 1)
                + String.format(Locale.ROOT, ",\"crc32c\":\"%08x\"}", crc.getValue());
    }

    private static Contract decode(String text) {
        return ContractJson.decode(text, "contract.json");
    }

    @Test
    void json_ofAnyContract_decodesToIt() {
        RowSchema schema =
                RowSchema.of(
                        Column.of(
                                "\u00dcn\u00ef \"quoted\" \\ \uD83D\uDE00",
                                ElementType.FLOAT16,
                                1,
                                2,
                                3),
                        Column.of(ElementType.BOOLEAN));
        for (long seed : new long[] {0, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
            for (KeyType type : KeyType.values()) {
                Contract contract = new Contract("a\n\u0007b", "", type, schema, seed);
                assertThat(decode(ContractJson.encode(contract))).isEqualTo(contract);
            }
        }
        assertThat(decode(forged("\"requires\":[]", "\"requires\":[]"))).isEqualTo(contract());
    }

    @Test
    void json_withAnUnknownRequiredFeature_isUnsupportedByName() {
        assertThatThrownBy(() -> decode(forged("\"requires\":[]", "\"requires\":[\"zstd-rows\"]")))
                .isInstanceOf(UnsupportedFormatException.class)
                .hasMessageContaining("zstd-rows")
                .hasMessageContaining("contract.json")
                .hasMessageContaining("upgrade");
    }

    @Test
    void json_ofANewerFormat_isUnsupported() {
        assertThatThrownBy(() -> decode(forged("\"format\":1", "\"format\":2")))
                .isInstanceOf(UnsupportedFormatException.class)
                .hasMessageContaining("format 2")
                .hasMessageContaining("upgrade");
    }

    @Test
    void json_withAnUnknownField_isRead() {
        assertThat(decode(forged("\"format\":1", "\"format\":1,\"comment\":\"x\"")))
                .isEqualTo(contract());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"type\":\"FLOAT32\"|\"type\":\"FLOAT99\"",
                "\"type\":\"FLOAT32\"|\"kind\":\"FLOAT32\"",
                "\"shape\":[3]|\"shape\":[0]",
                "\"shape\":[3]|\"shape\":[-3]",
                "\"shape\":[3]|\"shape\":[1,1,1,1,1,1,1,1,1]",
                "\"shape\":[3]|\"shape\":[2147483647,2147483647]",
                "\"keyType\":\"UTF8\"|\"keyType\":\"UTF9\"",
                "\"hashSeed\":\"fffffffffffffffb\"|\"hashSeed\":\"xyz\"",
                "\"module\":\"module\"|\"m\":\"module\"",
                "\"columns\":[|\"columns\":[],\"c\":["
            })
    void json_withIllegalContent_isCorrupt(String change) {
        String[] fromTo = change.split("\\|", -1);
        assertThatThrownBy(() -> decode(forged(fromTo[0], fromTo[1])))
                .isInstanceOf(CorruptFileException.class);
    }

    @Test
    void json_ofOtherText_isCorrupt() {
        for (String text :
                new String[] {
                    "",
                    "null",
                    "[]",
                    "{}",
                    "{\"crc32c\":5}",
                    "{\"crc32c\":\"00000000\"}",
                    "\u0000\u0001",
                    ContractJson.encode(contract()) + " x",
                    ContractJson.encode(contract()).replace("module", "nodule"),
                    "{\"a\":1,\"a\":2,\"crc32c\":\"0\"}",
                    "[".repeat(100_000),
                    withChecksum("{\"a\":" + "[".repeat(50) + "]".repeat(50) + "}"),
                    "{\"x\":" + "9".repeat(100_000) + "}"
                }) {
            assertThatThrownBy(() -> decode(text)).isInstanceOf(CorruptFileException.class);
        }
    }

    @Test
    void agree_ofThePresentContract_isTheFirstProposal() throws IOException {
        assertThat(file().find(directory.resolve("segments"), any -> true)).isEmpty();
        assertThat(file().agree(contract())).isEqualTo(contract());
        assertThat(file().agree(contract(OTHER, 3))).isEqualTo(contract());
        assertThat(file().find(directory.resolve("segments"), any -> true)).contains(contract());
        assertThat(TestFiles.below(directory, "")).hasSize(1);
    }

    @Test
    void agree_on16ThreadsWithOtherProposals_givesAllOneContract() throws IOException {
        for (int round = 0; round < 10; round++) {
            Path generation = Files.createDirectory(directory.resolve("g" + round));
            Set<Contract> agreed = ConcurrentHashMap.newKeySet();
            TestThreads threads = new TestThreads();
            for (int i = 0; i < 16; i++) {
                long seed = i;
                ContractFile file = new ContractFile(storage, generation, WriterId.draw());
                threads.add(
                        () ->
                                agreed.add(
                                        file.agree(
                                                contract(
                                                        seed % 2 == 0
                                                                ? OTHER
                                                                : SegmentFixture.ROWS.schema(),
                                                        seed))));
            }
            threads.joinAll();
            assertThat(agreed).hasSize(1);
            assertThat(TestFiles.below(generation, ""))
                    .containsExactly(generation.resolve("contract.json"));
        }
    }

    @Test
    void agree_withoutHardLinks_usesANameWithAHash() throws IOException {
        storage.rule(FaultyStorage.failing(Op.LINK, "", Integer.MAX_VALUE));
        assertThat(file().agree(contract())).isEqualTo(contract());
        assertThat(TestFiles.below(directory, ""))
                .singleElement()
                .satisfies(
                        path ->
                                assertThat(path.getFileName().toString())
                                        .matches("contract-[0-9a-f]{8}\\.json"));
        assertThat(file().agree(contract(OTHER, 1))).isEqualTo(contract());
        assertThat(file().find(directory.resolve("segments"), any -> true)).contains(contract());
    }

    @Test
    void agree_twoContradictingContractsWithoutHardLinks_isATypedConflict() throws IOException {
        Files.writeString(
                directory.resolve("contract-00000001.json"), ContractJson.encode(contract()));
        Files.writeString(
                directory.resolve("contract-00000002.json"),
                ContractJson.encode(contract(SegmentFixture.ROWS.schema(), 6)));
        assertThat(file().agree(contract()).sameRows(contract())).isTrue();
        Files.writeString(
                directory.resolve("contract-00000003.json"),
                ContractJson.encode(contract(OTHER, 6)));
        assertThatThrownBy(() -> file().agree(contract()))
                .isInstanceOf(ContractConflictException.class)
                .hasMessageContaining("INT8[5]")
                .hasMessageContaining("FLOAT32[3]");
        assertThatThrownBy(() -> file().find(directory.resolve("segments"), any -> true))
                .isInstanceOf(ContractConflictException.class);
    }

    @Test
    void agree_whenAnotherOpenerRemovedTheProposal_triesAgain() throws IOException {
        storage.rule(
                (op, path) -> {
                    if (op == Op.LINK) {
                        storage.heal();
                        TestFiles.deleteAll(TestFiles.only(directory, ".tmp"));
                    }
                });
        assertThat(file().agree(contract())).isEqualTo(contract());
        assertThat(TestFiles.below(directory, "")).hasSize(1);
    }

    @Test
    void find_ofADamagedOrMissingContract_takesItFromASegment() throws IOException {
        Path segments = Files.createDirectory(directory.resolve("segments"));
        SegmentFixture.write(segments, SegmentFixture.STRINGS, SegmentFixture.name(0));
        Contract ofSegment = SegmentFixture.contract(KeyType.UTF8);
        assertThat(file().find(segments, any -> true)).contains(ofSegment);
        Path contract = directory.resolve("contract.json");
        Files.writeString(contract, "{}");
        assertThat(file().find(segments, any -> true)).contains(ofSegment);
        assertThat(contract).hasContent("{}");
        Files.write(contract, new byte[(4 << 20) + 1]);
        assertThat(file().find(segments, any -> true)).contains(ofSegment);
        SegmentName damaged = SegmentFixture.name(1);
        Files.writeString(segments.resolve(damaged.committedFile()), "nothing");
        assertThat(file().find(segments, any -> true)).contains(ofSegment);
    }

    @Test
    void agree_overADamagedContract_movesItAside() throws IOException {
        Files.writeString(directory.resolve("contract.json"), "{}");
        assertThat(file().find(directory.resolve("segments"), any -> true)).isEmpty();
        assertThat(file().agree(contract())).isEqualTo(contract());
        assertThat(TestFiles.below(directory, "")).hasSize(2);
        assertThat(
                        TestFiles.below(directory, "").stream()
                                .filter(
                                        path ->
                                                path.getFileName()
                                                        .toString()
                                                        .startsWith("contract-damaged-")))
                .singleElement()
                .satisfies(path -> assertThat(path).hasContent("{}"));
        assertThat(file().find(directory.resolve("segments"), any -> true)).contains(contract());
    }

    /** A store that opened an empty directory, whose contract is then another's and damaged. */
    @Test
    void cache_contractDamagedBetweenOpenAndPut_keepsTheRowsOfTheSegments() throws IOException {
        Keys keys = TestRows.range(0, 3);
        try (FeatureCache cache = open()) {
            cache.put(keys, SegmentFixture.ROWS.batch(keys));
        }
        for (String content : new String[] {"", "{}"}) {
            Files.writeString(TestFiles.only(directory, "contract.json"), content);
            try (FeatureCache cache = open()) {
                assertThat(cache.rowCount()).isEqualTo(3);
                assertThat(cache.schema()).contains(SegmentFixture.ROWS.schema());
                RowBatch other = RowBatch.allocate(OTHER, 3);
                assertThatThrownBy(() -> cache.put(keys, other))
                        .isInstanceOf(io.github.djlcachex.row.SchemaMismatchException.class);
            }
        }
    }

    @Test
    void cache_onAnUnsupportedContract_isRefusedAndChangesNothing() throws IOException {
        Keys keys = TestRows.range(0, 3);
        try (FeatureCache cache = open()) {
            cache.put(keys, SegmentFixture.ROWS.batch(keys));
        }
        Path contract = TestFiles.only(directory, "contract.json");
        String text = Files.readString(contract);
        String body = text.substring(0, text.indexOf(",\"crc32c\"")) + "}";
        Files.writeString(
                contract,
                withChecksum(body.replace("\"requires\":[]", "\"requires\":[\"deletes\"]")));
        byte[] before = Files.readAllBytes(contract);
        assertThatThrownBy(this::open)
                .isInstanceOf(UnsupportedFormatException.class)
                .hasMessageContaining("deletes");
        assertThat(Files.readAllBytes(contract)).isEqualTo(before);
        assertThat(TestFiles.below(directory, ".arrow")).hasSize(1);
    }

    private FeatureCache open() {
        return FeatureCache.builder().directory(directory).moduleId("m").open();
    }
}
