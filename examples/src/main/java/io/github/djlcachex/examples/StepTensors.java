package io.github.djlcachex.examples;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;

import io.github.djlcachex.tensor.TensorCache;
import io.github.djlcachex.tensor.TensorEntry;
import io.github.djlcachex.tensor.TensorKey;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A run that keeps its predictions and the gradients of all weights of every hundredth step, and
 * compares each kept step with the one before.
 */
public final class StepTensors {

    private static final String ENGINE = "PyTorch";
    private static final Shape INPUTS = new Shape(64, 8);
    private static final int EVERY = 100;
    private static final String STEP = "step";

    private StepTensors() {}

    /**
     * Trains, and prints what was kept.
     *
     * @param args the directory of the cache, and the number of steps
     */
    public static void main(String[] args) {
        train(Path.of(args[0]), Integer.parseInt(args[1])).forEach(System.out::println);
    }

    static List<String> train(Path directory, int steps) {
        try (TensorCache cache =
                        TensorCache.builder().setDirectory(directory).setName("steps").open();
                Model model = Model.newInstance("sum", ENGINE);
                NDManager manager = NDManager.newBaseManager(ENGINE)) {
            model.setBlock(
                    new SequentialBlock()
                            .add(Linear.builder().setUnits(4).build())
                            .add(Activation::tanh)
                            .add(Linear.builder().setUnits(1).build()));
            NDArray inputs = manager.randomNormal(INPUTS);
            NDArray sums = inputs.sum(new int[] {1}, true);
            TensorKey run = TensorKey.of("sum").with("rows", INPUTS.get(0));
            try (Trainer trainer = model.newTrainer(new DefaultTrainingConfig(Loss.l2Loss()))) {
                trainer.initialize(INPUTS);
                for (int step = 0; step <= steps; step++) {
                    NDList kept = step(trainer, new NDList(inputs), new NDList(sums));
                    if (step % EVERY == 0) {
                        cache.put(run.with(STEP, step), kept).orThrow();
                    }
                    kept.close();
                }
            }
            return compared(cache, manager);
        }
    }

    /** Returns the predictions, and the gradient of each parameter under its name. */
    private static NDList step(Trainer trainer, NDList inputs, NDList labels) {
        NDList kept;
        try (GradientCollector collector = trainer.newGradientCollector()) {
            kept = trainer.forward(inputs, labels);
            try (NDArray loss = trainer.getLoss().evaluate(labels, kept)) {
                collector.backward(loss);
            }
        }
        kept.head().setName("predictions");
        trainer.getModel()
                .getBlock()
                .getParameters()
                .forEach(
                        parameter -> {
                            NDArray gradient = parameter.getValue().getArray().getGradient();
                            gradient.setName(parameter.getKey());
                            kept.add(gradient.duplicate()); // the next step sets it to zero
                        });
        trainer.step();
        return kept;
    }

    private static List<String> compared(TensorCache cache, NDManager manager) {
        List<TensorEntry> entries =
                cache.list().stream()
                        .sorted(Comparator.comparing(e -> (Long) e.key().attributes().get(STEP)))
                        .toList();
        List<NDList> steps =
                entries.stream().map(e -> cache.get(e.key(), manager).orElseThrow()).toList();
        return IntStream.range(0, steps.size())
                .mapToObj(
                        i ->
                                entries.get(i)
                                        + ", against the one before: "
                                        + TensorCache.validate(
                                                steps.get(Math.max(0, i - 1)), steps.get(i), 0))
                .toList();
    }
}
