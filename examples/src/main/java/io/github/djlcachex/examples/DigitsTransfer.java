package io.github.djlcachex.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A head trained three times on a frozen TorchScript extractor, without the cache, with an empty
 * one, and with the one that the second run left, each in a JVM of its own.
 *
 * <p>It prints the figures of every epoch, writes them to {@code digits-transfer.json} in the
 * directory that is its argument, and fails unless the losses are equal bit for bit, the third run
 * missed nothing, and the head is right for more than nine images of ten.
 */
public final class DigitsTransfer {

    private static final double ACCURACY_GOAL = 0.9;

    private DigitsTransfer() {}

    /**
     * Runs the three trainings.
     *
     * @param args the directory for the cache and the report; default {@code target/demo-digits}
     * @throws IOException if a file cannot be written or read
     * @throws InterruptedException if a run is interrupted
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        Path directory = Path.of(args.length > 0 ? args[0] : "target/demo-digits").toAbsolutePath();
        DemoResult result = DemoResult.of(new ChildRuns(TransferRun.class, directory).run());
        Path report = directory.resolve("digits-transfer.json");
        Files.writeString(report, result.toJson());
        System.out.print(result.toTable());
        System.out.printf(
                Locale.ROOT,
                "%nLosses equal bit for bit: %s. Report: %s%n",
                result.lossesEqual(),
                report);
        result.check(result.runs().get(2).accuracy(), ACCURACY_GOAL);
    }
}
