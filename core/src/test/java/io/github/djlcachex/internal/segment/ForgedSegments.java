package io.github.djlcachex.internal.segment;

import io.github.djlcachex.internal.io.ProcessIdentity;
import io.github.djlcachex.row.KeyType;
import io.github.djlcachex.row.RowSchema;

import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/** The lies that a segment file can tell, each with checksums that fit. */
public final class ForgedSegments {

    private static final SegmentName NAME =
            new SegmentName(new WriterId(new ProcessIdentity(1, 2, 3, 4, 5), 6), 0);
    private static final int ROWS = 4;
    private static final int BILLION = 1_000_000_000;
    private static final long[] HUGE = {
        Integer.MAX_VALUE, -1, Long.MAX_VALUE, Long.MIN_VALUE, -64, 1L << 32
    };

    private final Contract contract;
    private final Map<String, byte[]> files = new LinkedHashMap<>();

    private ForgedSegments(Contract contract) {
        this.contract = contract;
    }

    /** The file that the forged segments have to be named. */
    public static String fileName() {
        return NAME.committedFile();
    }

    /**
     * All forged files by what is wrong with them.
     *
     * @param moduleId the module that they claim to belong to
     * @param keyType their keys' type
     * @param schema their columns
     */
    public static Map<String, byte[]> all(String moduleId, KeyType keyType, RowSchema schema) {
        ForgedSegments forged = new ForgedSegments(honest(moduleId, keyType, schema));
        forged.sizes();
        forged.buffers();
        forged.texts();
        forged.schemas();
        if (keyType == KeyType.UTF8) {
            forged.boundaries();
        }
        return forged.files;
    }

    private static Contract honest(String moduleId, KeyType keyType, RowSchema schema) {
        return new Contract(moduleId, "", keyType, schema, 1);
    }

    private ForgedSegment begin() {
        if (contract.keyType() == KeyType.UTF8) {
            return withBoundaries(0, 1, 2, 3, 4);
        }
        byte[] keys = new byte[ROWS * Long.BYTES];
        Arrays.fill(keys, (byte) -1); // keys of nobody
        return new ForgedSegment(NAME, contract, ROWS, new byte[0], keys);
    }

    private ForgedSegment withBoundaries(int... boundaries) {
        ByteBuffer bytes =
                ByteBuffer.allocate(boundaries.length * Integer.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(boundaries);
        return new ForgedSegment(NAME, contract, ROWS, bytes.array(), ForgedSegment.utf8("abcd"));
    }

    private void add(String lie, Consumer<ForgedSegment> change) {
        ForgedSegment segment = begin();
        change.accept(segment);
        files.put(lie, segment.encode());
    }

    private void sizes() {
        for (int rows : new int[] {0, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, BILLION}) {
            add("sealed rows " + rows, segment -> segment.sealedRows = rows);
            add("all rows " + rows, segment -> declareRows(segment, rows));
        }
        for (long huge : HUGE) {
            add("sealed key bytes " + huge, segment -> segment.sealedKeyBytes = huge);
            add("rows of the batch " + huge, segment -> segment.batchRows = huge);
            add("body bytes " + huge, segment -> segment.declaredBodyBytes = huge);
            add("block offset " + huge, segment -> segment.blockOffset = huge);
            add(
                    "nodes of length " + huge,
                    segment -> segment.nodes.replaceAll(node -> new LayoutV1.Node(huge)));
        }
        add("null count", segment -> segment.nullCount = 1);
        add("compressed body", segment -> segment.compressed = true);
        add("no block", segment -> segment.blocks = 0);
        add("100,000 blocks", segment -> segment.blocks = 100_000);
        add("no node", segment -> segment.nodes.clear());
        add(
                "100,000 nodes",
                segment ->
                        segment.nodes.addAll(
                                Collections.nCopies(100_000, new LayoutV1.Node(ROWS))));
    }

    /** Seal, batch, nodes and facts agree on it; only the file is too short. */
    private void declareRows(ForgedSegment segment, int rows) {
        segment.sealedRows = rows;
        segment.batchRows = rows;
        segment.sealedKeyBytes = 8L * rows;
        segment.facts.put("djlcachex.rows", Integer.toString(rows));
        if (rows > 0) {
            LayoutV1 layout =
                    new LayoutV1(contract, rows, 8L * rows, 64, 64, new long[contract.columns()]);
            segment.nodes = layout.nodes();
            segment.buffers = layout.buffers();
            segment.declaredBodyBytes = layout.bodyBytes();
        }
    }

    private void buffers() {
        int count = begin().buffers.size();
        for (long huge : HUGE) {
            for (int i = 0; i < count; i++) {
                int at = i;
                add(
                        "buffer " + i + " at " + huge,
                        segment -> {
                            long length = segment.buffers.get(at).length();
                            segment.buffers.set(at, new LayoutV1.Buffer(huge, length));
                        });
                add(
                        "buffer " + i + " of " + huge,
                        segment -> {
                            long offset = segment.buffers.get(at).offset();
                            segment.buffers.set(at, new LayoutV1.Buffer(offset, huge));
                        });
            }
        }
        add(
                "overlapping buffers",
                segment ->
                        segment.buffers.replaceAll(
                                buffer -> new LayoutV1.Buffer(0, buffer.length())));
        add("no buffer", segment -> segment.buffers.clear());
        add(
                "100,000 buffers",
                segment ->
                        segment.buffers.addAll(
                                Collections.nCopies(100_000, new LayoutV1.Buffer(0, 0))));
    }

    private void texts() {
        add(
                "10,000 entries that share a text of 1 MiB",
                segment -> {
                    segment.repeatedEntries = 10_000;
                    segment.repeatedTextBytes = 1 << 20;
                });
        add(
                "12 entries that share a text of 6 MiB",
                segment -> {
                    segment.repeatedEntries = 12;
                    segment.repeatedTextBytes = 6 << 20;
                });
        add("another module", segment -> segment.contract = other("'"));
        add("contract of 15 MiB of [", segment -> segment.contract = "[".repeat(15 << 20));
        add(
                "contract of 5,000,000 objects",
                segment -> segment.contract = "{\"x\":[" + "{},".repeat(5_000_000) + "{}]}");
        add("contract of no JSON", segment -> segment.contract = "\u0000");
        add("contract of nothing", segment -> segment.contract = "");
        add("sequence of another", segment -> segment.facts.put("djlcachex.sequence", "1"));
        add("no facts", segment -> segment.facts.clear());
        add(
                "time that is none",
                segment -> segment.facts.put("djlcachex.committedAtMs", "9".repeat(1_000_000)));
    }

    private String other(String suffix) {
        return ContractJson.encode(
                new Contract(
                        contract.moduleId() + suffix,
                        "",
                        contract.keyType(),
                        contract.schema(),
                        1));
    }

    private void schemas() {
        add("1,000,000 columns", segment -> segment.contract = columns(1_000_000, "[]"));
        add("300,000 columns", segment -> segment.contract = columns(300_000, "[]"));
        add("1,024 columns of 2 GiB", segment -> segment.contract = columns(1024, "[2147483647]"));
        add("columns of 4 GiB", segment -> segment.contract = columns(2, "[65536,65536]"));
        add("columns of rank 100,000", segment -> segment.contract = columns(1, ones(100_000)));
        add("100,000 fields", segment -> segment.fields = repeated(100_000));
        add("fields 1,000 deep", segment -> segment.fields = List.of(nested(1_000)));
    }

    private String columns(int count, String shape) {
        String column = "{\"name\":null,\"type\":\"INT8\",\"shape\":" + shape + "}";
        String all = String.join(",", Collections.nCopies(count, column));
        String honest = ContractJson.encode(contract);
        String body = honest.substring(0, honest.indexOf(",\"columns\"")) + ",\"columns\":[";
        CRC32C crc = new CRC32C();
        crc.update(ForgedSegment.utf8(body + all + "]}"));
        return body
                + all
                + "],"
                + String.format(Locale.ROOT, "\"crc32c\":\"%08x\"}", crc.getValue());
    }

    private static String ones(int count) {
        return Collections.nCopies(count, "1").toString().replace(" ", "");
    }

    private static List<Field> repeated(int count) {
        Field field = new Field("x", FieldType.nullable(new ArrowType.Null()), null);
        return new ArrayList<>(Collections.nCopies(count, field));
    }

    private static Field nested(int depth) {
        Field field = new Field("x", FieldType.nullable(new ArrowType.Null()), null);
        for (int i = 0; i < depth; i++) {
            field = new Field("x", FieldType.nullable(new ArrowType.List()), List.of(field));
        }
        return field;
    }

    private void boundaries() {
        int[][] forged = {
            {0, 1, 2, 3, 5},
            {0, 3, 2, 3, 4},
            {0, -1, 2, 3, 4},
            {0, Integer.MAX_VALUE, 2, 3, 4},
            {0, Integer.MIN_VALUE, 2, 3, 4},
            {-4, -3, -2, -1, 4},
            {1, 1, 2, 3, 4},
            {0, 0, 0, 0, 4}
        };
        for (int[] each : forged) {
            files.put(
                    "boundaries " + List.of(each[0], each[1], each[2], each[3], each[4]),
                    withBoundaries(each).encode());
        }
    }
}
