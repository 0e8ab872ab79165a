package io.github.djlcachex.benchmark;

import io.github.djlcachex.cache.ChecksumPolicy;
import io.github.djlcachex.cache.ReadMode;
import io.github.djlcachex.row.KeyType;

import java.util.ArrayList;
import java.util.List;

/**
 * One way of gathering; {@link #BASE} is the usual one, and the others differ from it in a little.
 */
record GatherCase(
        int rowBytes,
        int batchRows,
        ReadPlan.Order order,
        int threads,
        KeyType keyType,
        ChecksumPolicy checksumPolicy,
        ReadMode readMode,
        boolean memoryTier) {

    static final GatherCase BASE =
            new GatherCase(
                    2048,
                    256,
                    ReadPlan.Order.RANDOM,
                    1,
                    KeyType.INT64,
                    ChecksumPolicy.EVERY_READ,
                    ReadMode.MAPPED,
                    true);

    static final List<Integer> ROW_BYTES = List.of(512, 2048, 8192, 150 * 1024);
    static final List<Integer> BATCH_ROWS = List.of(32, 256, 1024);

    GatherCase rowBytes(int bytes) {
        return new GatherCase(
                bytes, batchRows, order, threads, keyType, checksumPolicy, readMode, memoryTier);
    }

    GatherCase batchRows(int rows) {
        return new GatherCase(
                rowBytes, rows, order, threads, keyType, checksumPolicy, readMode, memoryTier);
    }

    GatherCase order(ReadPlan.Order other) {
        return new GatherCase(
                rowBytes, batchRows, other, threads, keyType, checksumPolicy, readMode, memoryTier);
    }

    GatherCase threads(int number) {
        return new GatherCase(
                rowBytes, batchRows, order, number, keyType, checksumPolicy, readMode, memoryTier);
    }

    GatherCase keyType(KeyType type) {
        return new GatherCase(
                rowBytes, batchRows, order, threads, type, checksumPolicy, readMode, memoryTier);
    }

    GatherCase checksumPolicy(ChecksumPolicy choice) {
        return new GatherCase(
                rowBytes, batchRows, order, threads, keyType, choice, readMode, memoryTier);
    }

    GatherCase readMode(ReadMode mode) {
        return new GatherCase(
                rowBytes, batchRows, order, threads, keyType, checksumPolicy, mode, memoryTier);
    }

    GatherCase memoryTier(boolean on) {
        return new GatherCase(
                rowBytes, batchRows, order, threads, keyType, checksumPolicy, readMode, on);
    }

    /** What a plain copy of the same rows has in common with this. */
    GatherCase plain() {
        return BASE.rowBytes(rowBytes)
                .batchRows(batchRows)
                .order(order)
                .threads(threads)
                .readMode(readMode);
    }

    /** The usual case and those that differ from it in one thing, for the short set. */
    static List<GatherCase> around() {
        List<GatherCase> cases = new ArrayList<>();
        for (ChecksumPolicy choice : ChecksumPolicy.values()) {
            cases.add(BASE.checksumPolicy(choice));
        }
        for (int bytes : ROW_BYTES) {
            cases.add(BASE.rowBytes(bytes));
        }
        for (int rows : BATCH_ROWS) {
            cases.add(BASE.batchRows(rows));
        }
        cases.add(BASE.order(ReadPlan.Order.SEQUENTIAL));
        cases.add(BASE.threads(2));
        cases.add(BASE.keyType(KeyType.UTF8));
        cases.add(BASE.readMode(ReadMode.POSITIONAL).memoryTier(false));
        return cases.stream().distinct().toList();
    }

    /** Every size, batch, order and check, and the other choices for every size. */
    static List<GatherCase> all() {
        List<GatherCase> cases = new ArrayList<>(around());
        for (int bytes : ROW_BYTES) {
            for (int rows : BATCH_ROWS) {
                for (ReadPlan.Order order : ReadPlan.Order.values()) {
                    for (ChecksumPolicy choice : ChecksumPolicy.values()) {
                        cases.add(
                                BASE.rowBytes(bytes)
                                        .batchRows(rows)
                                        .order(order)
                                        .checksumPolicy(choice));
                    }
                }
            }
            GatherCase sized = BASE.rowBytes(bytes);
            cases.add(sized.threads(2));
            cases.add(sized.keyType(KeyType.UTF8));
            cases.add(sized.readMode(ReadMode.POSITIONAL).memoryTier(false));
            cases.add(sized.readMode(ReadMode.POSITIONAL).memoryTier(false).threads(2));
        }
        return cases.stream().distinct().toList();
    }

    /** The name of its figure. */
    String name() {
        StringBuilder name = new StringBuilder(96);
        name.append("gather ").append(size(rowBytes)).append(", batch ").append(batchRows);
        name.append(order == ReadPlan.Order.RANDOM ? ", random" : ", sequential");
        name.append(
                switch (checksumPolicy) {
                    case EVERY_READ -> ", checked at every read";
                    case FIRST_READ -> ", checked at first read";
                    case OFF -> ", unchecked";
                });
        if (threads > 1) {
            name.append(", ").append(threads).append(" threads");
        }
        if (keyType == KeyType.UTF8) {
            name.append(", string keys");
        }
        if (readMode == ReadMode.POSITIONAL) {
            name.append(", positional");
        }
        return memoryTier ? name.toString() : name.append(", no memory tier").toString();
    }

    static String size(int bytes) {
        return bytes < 1024 ? bytes + " B" : bytes / 1024 + " KiB";
    }
}
