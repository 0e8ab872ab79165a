package io.github.djlcachex.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.pooling.Pool;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** A program that prints fingerprints; it makes its functions in the order of its argument. */
final class FingerprintedProgram {

    private FingerprintedProgram() {}

    public static void main(String[] arguments) {
        fingerprints(Boolean.parseBoolean(arguments[0]))
                .forEach((name, text) -> System.out.println("> " + name + " " + text));
    }

    static Map<String, String> fingerprints(boolean backwards) {
        List<String> names =
                new ArrayList<>(List.of("pooled", "cls", "twice", "thrice", "slope", "pool"));
        if (backwards) {
            java.util.Collections.reverse(names);
        }
        Map<String, String> fingerprints = new TreeMap<>();
        try (Fixture fixture = Fixture.of("mlp")) {
            fingerprints.put("module", ModuleFingerprint.of(fixture.block()));
            for (String name : names) {
                Block block = new SequentialBlock().add(fixture.block()).add(block(name));
                fingerprints.put(name, ModuleFingerprint.of(block));
            }
        }
        return fingerprints;
    }

    private static Block block(String name) {
        Function<NDList, NDList> pooled = list -> new NDList(list.get("pooled"));
        return switch (name) {
            case "pooled" -> new LambdaBlock(pooled);
            case "cls" -> new LambdaBlock(list -> new NDList(list.get("cls")));
            case "twice" -> LambdaBlock.singleton(array -> scaled(array));
            case "thrice" -> LambdaBlock.singleton(array -> scaledMore(array));
            case "slope" -> Activation.leakyReluBlock(0.1f);
            default -> Pool.globalAvgPool2dBlock();
        };
    }

    private static NDArray scaled(NDArray array) {
        return array.mul(2);
    }

    private static NDArray scaledMore(NDArray array) {
        return array.mul(3);
    }
}
