package io.github.djlcachex.djl.internal.fingerprint;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;

/** Pickles that mean the same become the same bytes, and no others do. */
class PickleOpcodesTest {

    private static byte[] pickle(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String text(String text) {
        return "X" + (char) text.length() + "\0\0\0" + text;
    }

    @Test
    void rewrite_textsSharedOrNot_isTheSame() {
        byte[] shared = PickleOpcodes.rewrite(pickle("\u0080\2" + text("a") + "q\0h\0."));
        byte[] twice =
                PickleOpcodes.rewrite(pickle("\u0080\2" + text("a") + "q\0" + text("a") + "q\1."));
        assertThat(shared).isEqualTo(twice);
        byte[] longForm =
                PickleOpcodes.rewrite(pickle("\u0080\2" + text("a") + "r\0\0\0\0j\0\0\0\0."));
        assertThat(longForm).isEqualTo(shared);
    }

    @Test
    void rewrite_otherTextsNumbersOrObjects_isAnother() {
        byte[] first = PickleOpcodes.rewrite(pickle(text("a") + "q\0K\1h\0."));
        for (String other :
                new String[] {
                    text("b") + "q\0K\1h\0.",
                    text("a") + "q\0K\2h\0.",
                    text("a") + "q\0K\1" + text("b") + ".",
                    "}q\0K\1h\0.",
                    text("a") + "q\0K\1N."
                }) {
            assertThat(PickleOpcodes.rewrite(pickle(other))).isNotEqualTo(first);
        }
        assertThat(PickleOpcodes.rewrite(pickle("}q\0]q\1h\0.")))
                .isNotEqualTo(PickleOpcodes.rewrite(pickle("}q\0]q\1h\1.")));
    }

    @Test
    void rewrite_whatIsNotUnderstood_isLeftAsItIs() {
        for (String broken :
                new String[] {
                    "\u00ff.", "h\7.", "X\u00ff\u00ff\u00ff\u00ff", "X\7\0\0\0a", "cab", "J\1"
                }) {
            byte[] bytes = pickle(broken);
            assertThat(PickleOpcodes.rewrite(bytes)).isSameAs(bytes);
        }
        byte[] numbers = pickle("M\1\2J\1\2\3\4G12345678K\1\u008a\1\1cmodule\nname\n.");
        assertThat(PickleOpcodes.rewrite(numbers)).isEqualTo(numbers);
    }
}
