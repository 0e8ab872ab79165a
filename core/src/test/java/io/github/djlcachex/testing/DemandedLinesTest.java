package io.github.djlcachex.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.djlcachex.testing.DemandedLines.Demanded;
import io.github.djlcachex.testing.DemandedLines.When;

import org.junit.jupiter.api.Test;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

class DemandedLinesTest {

    private static final List<Demanded> ALL =
            List.of(
                    new Demanded(When.ALWAYS, "core", "T1 kill"),
                    new Demanded(When.ALWAYS, "djl-integration", "T2 leaks"),
                    new Demanded(When.CRASH, "reliability", "T3 disk"),
                    new Demanded(When.WHOLE, "jcstress", "T1 leaks"));

    private static Map<String, Object> line(String test) {
        return new HashMap<>(Map.of("test", test));
    }

    private static List<String> complaints(
            boolean longTier, String part, String module, String... tests) {
        return new DemandedLines(ALL, longTier, part)
                .complaints(module, List.of(tests).stream().map(DemandedLinesTest::line).toList());
    }

    @Test
    void complaints_withoutALine_nameTheTestThatDidNotRun() {
        assertThat(complaints(false, "", "djl-integration", "T1 kill"))
                .containsExactly("T2 leaks did not run");
        assertThat(complaints(false, "", "djl-integration", "T1 kill", "T2 leaks")).isEmpty();
        assertThat(complaints(true, "", "djl-integration", "T1 kill", "T2 leaks")).isEmpty();
        assertThat(complaints(true, "", "jcstress", "T1 kill", "T2 leaks"))
                .containsExactly("T3 disk did not run", "T1 leaks did not run");
    }

    @Test
    void complaints_ofAPart_areAboutItAlone() {
        assertThat(complaints(true, "T1,T3", "jcstress", "T1 kill"))
                .containsExactly("T3 disk did not run");
        assertThat(complaints(true, "T1", "jcstress", "T1 kill")).isEmpty();
    }

    @Test
    void complaints_ofAPart_nameWhatIsNoTest() {
        assertThat(complaints(true, "T012", "jcstress")).containsExactly("T012 is no test");
        assertThat(complaints(false, "T3", "djl-integration"))
                .containsExactly("T3 is no test of the short tier");
    }

    @Test
    void complaints_ofAFailedOrUnknownLine_nameIt() {
        Map<String, Object> failed = line("T1 kill");
        failed.put("failed", "why");
        assertThat(
                        new DemandedLines(ALL, false, "T1")
                                .complaints("djl-integration", List.of(failed, line("T1 new"))))
                .containsExactly("T1 kill failed: why", "T1 new is not in demanded-lines.txt");
    }

    @Test
    void listed_allOfThem_areOfKnownModulesAndDifferent() {
        assertThat(DemandedLines.listed()).doesNotHaveDuplicates().hasSizeGreaterThan(50);
        assertThat(DemandedLines.listed()).allMatch(one -> one.ranBefore("spark"));
        assertThat(DemandedLines.listed()).allMatch(one -> one.test().matches("T[1-9]\\d? .+"));
        assertThat(DemandedLines.listed()).extracting(Demanded::test).doesNotHaveDuplicates();
    }
}
