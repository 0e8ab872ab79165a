package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.stream.Collectors;

/** Fingerprints in other JVMs. */
class FingerprintJvmTest {

    private static List<String> expected() {
        return FingerprintedProgram.fingerprints(false).entrySet().stream()
                .map(entry -> "> " + entry.getKey() + " " + entry.getValue())
                .collect(Collectors.toList());
    }

    private static List<String> printed(String output) {
        return output.lines().filter(line -> line.startsWith("> ")).toList();
    }

    @Test
    void of_sameProgramInAnotherJvm_isTheSame() throws Exception {
        String output = ChildJvm.run(FingerprintedProgram.class, "false");
        assertThat(printed(output)).isEqualTo(expected());
        assertThat(FingerprintedProgram.fingerprints(false).values()).doesNotHaveDuplicates();
    }

    @Test
    void of_functionsMadeInAnotherOrder_isTheSame() throws Exception {
        assertThat(printed(ChildJvm.run(FingerprintedProgram.class, "true"))).isEqualTo(expected());
    }

    @Test
    void of_processWithoutATemporaryDirectory_isTheSame() throws Exception {
        String output =
                ChildJvm.run(
                        List.of("-Djava.io.tmpdir=/nonexistent"),
                        FingerprintedProgram.class,
                        "false");
        assertThat(printed(output)).isEqualTo(expected());
    }
}
