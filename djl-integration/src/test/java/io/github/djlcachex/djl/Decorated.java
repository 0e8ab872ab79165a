package io.github.djlcachex.djl;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.training.ParameterStore;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Short forms for tests of the decorator. */
public final class Decorated {

    private Decorated() {}

    public static CacheBlockDecorator of(Block block, Path directory) {
        return in(directory).setBlock(block).build();
    }

    public static CacheBlockDecoratorBuilder in(Path directory) {
        return audited(directory).optAudit(AuditMode.OFF);
    }

    /** The same with the audit, which runs the block more often than the tests count. */
    public static CacheBlockDecoratorBuilder audited(Path directory) {
        return CacheBlockDecorator.builder().setDirectory(directory).setModuleId("test");
    }

    public static NDList run(Block block, NDManager manager, NDList inputs) {
        return block.forward(new ParameterStore(manager, false), inputs, false);
    }

    /** Runs a batch as a trainer does. */
    static NDList train(Block block, NDManager manager, NDList inputs) {
        return block.forward(new ParameterStore(manager, false), inputs, true);
    }

    /** Runs something and returns what was logged meanwhile. */
    public static String logOf(Runnable action) {
        PrintStream before = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        try (PrintStream capture = new PrintStream(log, true, StandardCharsets.UTF_8)) {
            System.setErr(capture);
            action.run();
        } finally {
            System.setErr(before);
        }
        return log.toString(StandardCharsets.UTF_8);
    }
}
