package io.github.djlcachex.djl.internal.ids;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.modality.Input;
import ai.djl.modality.cv.BufferedImageFactory;
import ai.djl.modality.cv.Image;
import ai.djl.modality.nlp.qa.QAInput;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.util.Pair;
import ai.djl.util.StringPair;

import io.github.djlcachex.djl.UnsupportedInputException;
import io.github.djlcachex.row.CacheIoException;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Ids that are hashes of a translator's inputs. */
class InputHashTest {

    private static NDManager manager;

    @TempDir Path directory;

    private record Question(String text, List<Integer> tokens) {}

    private record OtherQuestion(String text, List<Integer> tokens) {}

    private static final class Opaque {}

    @BeforeAll
    static void open() {
        manager = NDManager.newBaseManager("PyTorch");
    }

    @AfterAll
    static void close() {
        manager.close();
    }

    private static String id(Object input) {
        return InputHash.idOf(input, manager);
    }

    private static Image image(int type, int... rgb) {
        BufferedImage image = new BufferedImage(rgb.length, 1, type);
        for (int x = 0; x < rgb.length; x++) {
            image.setRGB(x, 0, rgb[x]);
        }
        return BufferedImageFactory.getInstance().fromImage(image);
    }

    @Test
    void idOf_inputsOfOtherContents_allDiffer() throws IOException {
        Path file = Files.write(directory.resolve("a"), new byte[] {97, 98});
        Input request = new Input();
        request.add("data", "ab");
        Input keyless = new Input();
        keyless.add("ab");
        Input marked = new Input();
        marked.add("data", "ab");
        marked.addProperty("Content-Type", "text/plain");
        NDArray floats = manager.create(new float[] {1, 2});
        NDArray named = manager.create(new float[] {1, 2});
        named.setName("x");
        List<Object> inputs = new ArrayList<>();
        inputs.addAll(List.of("", "a", "ab", "b", "\0", "\ud800", "\ud801", "?", "\ufffd"));
        inputs.addAll(List.of(new String[] {"a", "b"}, new String[] {"ab", ""}, new String[] {}));
        inputs.add(new String[] {"ab"});
        inputs.add(new String[] {null});
        inputs.add(new String[][] {{"a"}, {"b"}});
        inputs.add(new String[][] {{"a", "b"}});
        inputs.addAll(List.of(List.of("a", "b"), List.of(List.of("a"), "b"), List.of()));
        inputs.addAll(List.of(Set.of("a"), Map.of("a", "b"), Map.of("b", "a")));
        inputs.addAll(List.of(new StringPair("a", "b"), new StringPair("b", "a")));
        inputs.addAll(List.of(new StringPair("ab", ""), new Pair<>("a", "b"), new Pair<>("a", 1)));
        inputs.addAll(List.of(new QAInput("a", "b"), new QAInput("b", "a")));
        inputs.addAll(List.of(new byte[] {97, 98}, ByteBuffer.wrap(new byte[] {97, 98}), file));
        inputs.addAll(List.of(new int[] {1}, new long[] {1}, new float[] {1}, new int[][] {{1}}));
        inputs.addAll(List.of(new short[] {1}, new char[] {1}, new boolean[] {true}));
        inputs.addAll(List.of(new float[] {0f}, new float[] {-0f}, new float[] {}));
        inputs.addAll(List.of(1, 1L, 1f, 1d, true, 'a', DataType.FLOAT32));
        inputs.addAll(
                List.of(floats, new NDList(floats), new NDList(named), new NDList(floats, floats)));
        inputs.addAll(List.of(manager.create(new float[] {1, 2}, new Shape(2, 1)), new NDList()));
        inputs.addAll(List.of(manager.create(new int[] {1, 2}), manager.create(1f)));
        inputs.addAll(List.of(new Question("a", List.of(1)), new Question("a", List.of(2))));
        inputs.add(new OtherQuestion("a", List.of(1)));
        inputs.addAll(List.of(request, keyless, marked));
        inputs.addAll(
                List.of(
                        image(BufferedImage.TYPE_INT_RGB, 0x010203, 0x040506),
                        image(BufferedImage.TYPE_INT_RGB, 0x010203, 0x040507),
                        image(BufferedImage.TYPE_INT_RGB, 0x040506, 0x010203),
                        image(BufferedImage.TYPE_INT_RGB, 0x010203),
                        image(BufferedImage.TYPE_INT_ARGB, 0xFF010203),
                        image(BufferedImage.TYPE_INT_ARGB, 0x80010203),
                        image(BufferedImage.TYPE_BYTE_GRAY, 0x808080)));
        assertThat(inputs.stream().map(InputHashTest::id)).doesNotHaveDuplicates();
    }

    @Test
    void idOf_equalContents_isOneId() throws IOException {
        Path one = Files.write(directory.resolve("one"), new byte[] {1, 2, 3});
        Path other = Files.write(directory.resolve("other"), new byte[] {1, 2, 3});
        assertThat(id(one)).isEqualTo(id(other)).isEqualTo(id(one.toFile()));
        assertThat(id("text"))
                .isEqualTo(id(CharBuffer.wrap("text")))
                .hasSize(InputHash.PREFIX.length() + 32);
        assertThat(id(List.of("a", 1))).isEqualTo(id(new ArrayList<>(Arrays.asList("a", 1))));
        assertThat(id(new Question("a", List.of(1)))).isEqualTo(id(new Question("a", List.of(1))));
        assertThat(id(image(BufferedImage.TYPE_INT_RGB, 5, 6)))
                .isEqualTo(id(image(BufferedImage.TYPE_INT_RGB, 5, 6)));
        ByteBuffer direct = ByteBuffer.allocateDirect(3).put(new byte[] {0, 1, 2}).flip();
        direct.get();
        assertThat(id(direct)).isEqualTo(id(ByteBuffer.wrap(new byte[] {1, 2})));
        assertThat(direct.position()).isEqualTo(1);
        Map<String, Integer> map = new HashMap<>();
        Map<String, Integer> reversed = new java.util.LinkedHashMap<>();
        for (int i = 0; i < 50; i++) {
            map.put("k" + i, i);
            reversed.put("k" + (49 - i), 49 - i);
        }
        assertThat(id(map)).isEqualTo(id(reversed));
        assertThat(id(map.keySet())).isEqualTo(id(reversed.keySet()));
    }

    @Test
    void idOf_knownTexts_neverChanges() {
        assertThat(id("")).isEqualTo(InputHash.PREFIX + "4a2ef1655dfae70cbd7a3582d9de9527");
        assertThat(id("Ein Text."))
                .isEqualTo(InputHash.PREFIX + "f09f60cfab15ee6e7ddebd9123c2d201");
    }

    @Test
    void idOf_aPart_countsWhereItIs() {
        BufferedImage whole = new BufferedImage(4, 1, BufferedImage.TYPE_INT_RGB);
        whole.setRGB(2, 0, 7);
        Image part = BufferedImageFactory.getInstance().fromImage(whole.getSubimage(2, 0, 2, 1));
        assertThat(id(part)).isEqualTo(id(image(BufferedImage.TYPE_INT_RGB, 7, 0)));
    }

    @Test
    void idOf_whatCannotBeSeen_isRefused() {
        List<Object> loop = new ArrayList<>();
        loop.add(loop);
        for (Object input : List.of(new Opaque(), List.of("a", new Opaque()), loop)) {
            assertThatThrownBy(() -> id(input))
                    .isInstanceOf(UnsupportedInputException.class)
                    .hasMessageContaining("withStringIds");
        }
        assertThatThrownBy(() -> id(directory.resolve("missing")))
                .isInstanceOf(CacheIoException.class)
                .hasMessageContaining("missing");
    }
}
