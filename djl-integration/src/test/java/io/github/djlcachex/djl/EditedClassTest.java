package io.github.djlcachex.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.nn.Block;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.nio.charset.StandardCharsets;

/** A user's block whose source was edited and compiled again, under the same name. */
class EditedClassTest {

    /** Loads one class with a text of its class file replaced by another of the same length. */
    private static final class Edited extends ClassLoader {

        private final String name;
        private final String from;
        private final String to;

        Edited(Class<?> type, String from, String to) {
            super(type.getClassLoader());
            this.name = type.getName();
            this.from = from;
            this.to = to;
        }

        @Override
        protected Class<?> loadClass(String wanted, boolean resolve) throws ClassNotFoundException {
            if (!wanted.equals(name)) {
                return super.loadClass(wanted, resolve);
            }
            Class<?> loaded = findLoadedClass(name);
            byte[] bytes = bytes();
            return loaded == null ? defineClass(name, bytes, 0, bytes.length) : loaded;
        }

        @Override
        public InputStream getResourceAsStream(String resource) {
            return resource.equals(name.replace('.', '/') + ".class")
                    ? new ByteArrayInputStream(bytes())
                    : super.getResourceAsStream(resource);
        }

        private byte[] bytes() {
            String file = name.replace('.', '/') + ".class";
            try (InputStream in = getParent().getResourceAsStream(file)) {
                String text = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
                return text.replace(constant(from), constant(to))
                        .getBytes(StandardCharsets.ISO_8859_1);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static String constant(String text) {
            return "\1\0" + (char) text.length() + text;
        }
    }

    private static String fingerprint(String from, String to) throws Exception {
        Class<?> type =
                new Edited(SettingBlock.class, from, to).loadClass(SettingBlock.class.getName());
        Constructor<?> constructor = type.getDeclaredConstructor(int.class);
        constructor.setAccessible(true);
        Block block = (Block) constructor.newInstance(3);
        try (Fixture fixture = Fixture.of("mlp")) {
            return ModuleFingerprint.of(
                    new ai.djl.nn.SequentialBlock().add(fixture.block()).add(block));
        }
    }

    @Test
    void of_classThatCallsAnotherMethodOrHasAnotherText_isAnother() throws Exception {
        String before = fingerprint("nothing", "nothing");
        assertThat(fingerprint("mul", "add")).isNotEqualTo(before);
        assertThat(fingerprint("run \1", "end \1")).isNotEqualTo(before);
    }

    @Test
    void of_classWithAnotherNameOfItsFile_isTheSame() throws Exception {
        assertThat(fingerprint("SettingBlock.java", "SettingBlack.java"))
                .isEqualTo(fingerprint("nothing", "nothing"));
    }
}
