package io.github.djlcachex.internal.store;

import static org.jetbrains.kotlinx.lincheck.strategy.managed.ManagedStrategyGuaranteeKt.forClasses;

import io.github.djlcachex.internal.index.LongIndexModel;
import io.github.djlcachex.internal.index.StringIndexModel;

import org.jetbrains.kotlinx.lincheck.LinChecker;
import org.jetbrains.kotlinx.lincheck.Options;
import org.jetbrains.kotlinx.lincheck.strategy.managed.modelchecking.ModelCheckingOptions;
import org.jetbrains.kotlinx.lincheck.strategy.stress.StressOptions;
import org.jspecify.annotations.Nullable;

import java.util.Locale;

/** Runs one strategy of Lincheck on one model. */
final class LincheckProgram {

    /** What is checked, and what it is when nothing happens at once. */
    enum Model {
        LONG_INDEX(LongIndexModel.class, null),
        STRING_INDEX(StringIndexModel.class, null),
        LONG_CACHE(LongCacheModel.class, CacheSpecification.class),
        STRING_CACHE(StringCacheModel.class, CacheSpecification.class);

        private final Class<?> operations;
        private final @Nullable Class<?> specification;

        Model(Class<?> operations, @Nullable Class<?> specification) {
            this.operations = operations;
            this.specification = specification;
        }
    }

    enum Strategy {
        STRESS,
        MODEL_CHECKING
    }

    private LincheckProgram() {}

    /** Arguments: model, strategy, iterations, invocations of each. */
    public static void main(String[] arguments) {
        Model model = Model.valueOf(arguments[0].toUpperCase(Locale.ROOT));
        int iterations = Integer.parseInt(arguments[2]);
        int invocations = Integer.parseInt(arguments[3]);
        Options<?, ?> options =
                switch (Strategy.valueOf(arguments[1].toUpperCase(Locale.ROOT))) {
                    case STRESS -> new StressOptions().invocationsPerIteration(invocations);
                    case MODEL_CHECKING ->
                            new ModelCheckingOptions()
                                    .invocationsPerIteration(invocations)
                                    .hangingDetectionThreshold(10_000)
                                    .addGuarantee(
                                            forClasses(
                                                            "io.github.djlcachex.internal.index.SlotTable")
                                                    .methods("rebuilt")
                                                    .ignore());
                };
        options.iterations(iterations).threads(3).actorsPerThread(3).actorsBefore(2).actorsAfter(2);
        if (model.specification != null) {
            options.sequentialSpecification(model.specification);
        }
        LinChecker.check(model.operations, options);
        System.out.println("linearizable");
    }
}
