package io.github.djlcachex.examples;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;

import com.google.gson.Gson;

import io.github.djlcachex.cache.ProcessRank;
import io.github.djlcachex.djl.CacheBlockDecorator;
import io.github.djlcachex.djl.CachedDataset;
import io.github.djlcachex.djl.EpochExchange;
import io.github.djlcachex.djl.FileBarrier;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One rank of {@link MultiRank}: in each mode a head for the digits 5 to 9 on its shard.
 *
 * <p>Arguments: the directory of the example, the run's id.
 */
final class RankRun {

    static final int EPOCHS = 4;
    static final int FIRST_LABEL = 5;
    private static final String ENGINE = "PyTorch";
    private static final int BATCH_SIZE = 32;
    private static final int LABELS = 5;

    private final Path directory;
    private final String runId;
    private final ProcessRank rank = ProcessRank.ofEnvironment();
    private final Digits digits = Digits.read(FIRST_LABEL);

    private RankRun(Path directory, String runId) throws Exception {
        this.directory = directory;
        this.runId = runId;
    }

    public static void main(String[] args) throws Exception {
        RankRun run = new RankRun(Path.of(args[0]), args[1]);
        for (RankMode mode : RankMode.values()) {
            Path report = run.directory.resolve(mode.report(run.rank.rank()));
            Files.writeString(report, new Gson().toJson(run.run(mode)));
        }
    }

    private RankReport run(RankMode mode) throws Exception {
        try (Model extractor = TransferRun.loadExtractor();
                CacheBlockDecorator cached = decorator(extractor, mode);
                Model model = Model.newInstance("digits-5-to-9", ENGINE);
                NDManager manager = NDManager.newBaseManager(ENGINE)) {
            model.setBlock(
                    new SequentialBlock()
                            .add(cached)
                            .add(Linear.builder().setUnits(LABELS).build()));
            RankCounters counters = new RankCounters(cached);
            Digits first = mode.beforeEpochs(digits, rank.rank());
            if (!first.images().isEmpty()) {
                counters.fill(first, dataset(first, manager));
            }
            EpochExchange exchange = exchange(cached, mode);
            exchange.exchange();
            train(model, exchange, counters, manager, mode);
            return counters.report(rank.rank());
        }
    }

    private CacheBlockDecorator decorator(Model extractor, RankMode mode) {
        return mode.writers(CacheBlockDecorator.builder())
                .setBlock(extractor.getBlock())
                .setDirectory(directory.resolve(mode.cache()))
                .setModuleId("digits-extractor")
                .build();
    }

    private EpochExchange exchange(CacheBlockDecorator cached, RankMode mode) {
        FileBarrier barrier =
                FileBarrier.builder()
                        .setDirectory(directory.resolve("barriers"))
                        .setRunId(runId + "-" + mode)
                        .build();
        return EpochExchange.builder().setDecorators(cached).optBarrier(barrier::await).build();
    }

    private static CachedDataset dataset(Digits images, NDManager manager) {
        return images.dataset(manager, BATCH_SIZE, FIRST_LABEL, true);
    }

    private void train(
            Model model,
            EpochExchange exchange,
            RankCounters counters,
            NDManager manager,
            RankMode mode)
            throws Exception {
        Engine.getEngine(ENGINE).setRandomSeed(rank.rank());
        DefaultTrainingConfig config =
                new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
                        .addTrainingListeners(exchange);
        try (Trainer trainer = model.newTrainer(config)) {
            trainer.initialize(new Shape(BATCH_SIZE, 1, 8, 8));
            for (int epoch = 1; epoch <= EPOCHS; epoch++) {
                Digits dealt = mode.shard(digits, epoch, rank.rank(), rank.worldSize());
                counters.train(trainer, dealt, dataset(dealt, manager));
            }
        }
    }
}
