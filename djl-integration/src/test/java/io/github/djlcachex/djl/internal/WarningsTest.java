package io.github.djlcachex.djl.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.djl.ChildJvm;

import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import java.io.File;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Warnings where nobody has chosen a logger. */
class WarningsTest {

    private static final String CLASS_PATH = System.getProperty("java.class.path");

    @Test
    void warn_withoutAProvider_printsTheFirstOne() throws Exception {
        String withoutProvider =
                Arrays.stream(CLASS_PATH.split(File.pathSeparator))
                        .filter(entry -> !entry.contains("slf4j-simple"))
                        .collect(Collectors.joining(File.pathSeparator));
        String output = ChildJvm.run(List.of("-cp", withoutProvider), Warning.class);
        assertThat(output).containsOnlyOnce("djlcachex: row 1 of a").contains("slf4j-simple");
        assertThat(output).doesNotContain("row 2");
    }

    @Test
    void warn_withAProvider_isLoggedAlone() throws Exception {
        String output = ChildJvm.run(Warning.class);
        assertThat(output).containsOnlyOnce("row 1 of a").containsOnlyOnce("row 2 of a");
        assertThat(output).doesNotContain("djlcachex: ");
    }

    /** Warns twice. */
    static final class Warning {

        private Warning() {}

        public static void main(String[] args) {
            for (int row = 1; row <= 2; row++) {
                Warnings.warn(LoggerFactory.getLogger("test"), "row {} of {}", row, "a");
            }
        }
    }
}
