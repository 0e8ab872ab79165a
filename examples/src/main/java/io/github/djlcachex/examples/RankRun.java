package io.github.djlcachex.examples;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;

import com.google.gson.Gson;

import io.github.djlcachex.cache.ProcessRank;
import io.github.djlcachex.djl.CacheBlockDecorator;
import io.github.djlcachex.djl.CacheBlockDecoratorBuilder;
import io.github.djlcachex.djl.DecoratorStats;
import io.github.djlcachex.djl.EpochExchange;
import io.github.djlcachex.djl.FileBarrier;
import io.github.djlcachex.row.Keys;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One rank of {@link MultiRank}: a head for the digits 5 to 9 on its shard of the images.
 *
 * <p>Arguments: the cache directory, the rank that writes or {@code all}, the directory of the
 * barrier, the run's id, the file for the report.
 */
final class RankRun {

    private static final String ENGINE = "PyTorch";
    private static final int EPOCHS = 4;
    private static final int BATCH_SIZE = 32;
    private static final int FIRST_LABEL = 5;
    private static final int LABELS = 5;

    private RankRun() {}

    public static void main(String[] args) throws Exception {
        ProcessRank rank = ProcessRank.ofEnvironment();
        FileBarrier barrier =
                FileBarrier.builder().setDirectory(Path.of(args[2])).setRunId(args[3]).build();
        try (Model extractor = TransferRun.loadExtractor();
                CacheBlockDecorator cached = decorator(extractor, Path.of(args[0]), args[1]);
                Model model = Model.newInstance("digits-5-to-9", ENGINE)) {
            model.setBlock(
                    new SequentialBlock()
                            .add(cached)
                            .add(Linear.builder().setUnits(LABELS).build()));
            EpochExchange exchange =
                    EpochExchange.builder()
                            .setDecorators(cached)
                            .optBarrier(barrier::await)
                            .build();
            RankReport report = new RankReport(rank.rank(), train(model, exchange, cached, rank));
            Files.writeString(Path.of(args[4]), new Gson().toJson(report));
        }
    }

    private static CacheBlockDecorator decorator(Model extractor, Path directory, String writer) {
        CacheBlockDecoratorBuilder builder =
                CacheBlockDecorator.builder()
                        .setBlock(extractor.getBlock())
                        .setDirectory(directory)
                        .setModuleId("digits-extractor");
        return (writer.equals("all") ? builder : builder.optWriterRank(Integer.parseInt(writer)))
                .build();
    }

    private static List<RankReport.Epoch> train(
            Model model, EpochExchange exchange, CacheBlockDecorator cached, ProcessRank rank)
            throws Exception {
        Engine.getEngine(ENGINE).setRandomSeed(rank.rank());
        List<RankReport.Epoch> epochs = new ArrayList<>();
        Set<Object> own = new HashSet<>();
        Digits digits = Digits.read(FIRST_LABEL);
        try (NDManager manager = NDManager.newBaseManager(ENGINE);
                Trainer trainer =
                        model.newTrainer(
                                new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                                        .addTrainingListeners(exchange))) {
            trainer.initialize(new Shape(BATCH_SIZE, 1, 8, 8));
            for (int epoch = 1; epoch <= EPOCHS; epoch++) {
                Digits dealt = digits.shard(epoch, rank.rank(), rank.worldSize());
                long[] ids = dealt.images().stream().mapToLong(Digits.Image::id).toArray();
                long readOwn = Arrays.stream(ids).filter(own::contains).count();
                for (int missing : cached.cache().missing(Keys.of(ids))) {
                    own.add(ids[missing]);
                }
                DecoratorStats before = cached.stats();
                long start = System.nanoTime();
                EasyTrain.fit(
                        trainer, 1, dealt.dataset(manager, BATCH_SIZE, FIRST_LABEL, true), null);
                DecoratorStats now = cached.stats();
                epochs.add(
                        new RankReport.Epoch(
                                epoch,
                                ids.length,
                                now.misses() - before.misses(),
                                readOwn,
                                now.hits() - before.hits() - readOwn,
                                (System.nanoTime() - start) / 1e9));
            }
        }
        return epochs;
    }
}
