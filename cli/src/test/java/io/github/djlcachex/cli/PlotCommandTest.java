package io.github.djlcachex.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import io.github.djlcachex.cache.FeatureCache;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

import java.awt.image.BufferedImage;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;

class PlotCommandTest {

    @TempDir Path root;

    private static Document parse(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(svg)));
    }

    @Test
    void picture_isXmlWithAMarkForEachRowAndSegment() throws Exception {
        String hostile = "<script>&\u001b[2J";
        TestCaches.fill(root, hostile, "v1", 3, 4);
        String module = CliRun.of("ls", "-q", root).lines().get(0);
        CliRun run = CliRun.of("plot", "-d", root, module).ok();
        Document svg = parse(run.out());
        assertThat(svg.getElementsByTagName("circle").getLength()).isEqualTo(12);
        assertThat(svg.getElementsByTagName("rect").getLength()).isEqualTo(1 + 3);
        assertThat(svg.getElementsByTagName("script").getLength()).isZero();
        assertThat(run.out()).doesNotContain("\u001b");
    }

    @Test
    void png_isAnImageOfTheSamePicture() throws Exception {
        TestCaches.fill(root, "bert", "v1", 2, 4);
        Path file = root.resolve("plot.PNG");
        CliRun.of("plot", "-d", root, "bert", "-o", file).ok();
        BufferedImage image = ImageIO.read(file.toFile());
        assertThat(image.getWidth()).isEqualTo(Plot.WIDTH);
        assertThat(image.getHeight()).isEqualTo(Plot.HEIGHT);
        Set<Integer> colors = new HashSet<>();
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                colors.add(image.getRGB(x, y) & 0xffffff);
            }
        }
        assertThat(colors).contains(0xffffff, 0x4477aa);
    }

    @Test
    void file_isWrittenOnce() throws Exception {
        TestCaches.fill(root, "bert", "v1", 1, 4);
        Path file = root.resolve("plot.svg");
        CliRun.of("plot", "-d", root, "bert", "-o", file, "-n", "2").ok();
        assertThat(parse(Files.readString(file)).getElementsByTagName("circle").getLength())
                .isEqualTo(2);
        CliRun again = CliRun.of("plot", "-d", root, "bert", "-o", file).exits(ExitCode.USAGE);
        assertThat(again.err()).contains("is there");
        CliRun.of("plot", "-d", root, "bert", "-n", "1").exits(ExitCode.USAGE);
    }

    @Test
    void map_keepsDistancesAlongTheLongestDirections() {
        try (FeatureCache cache = TestCaches.at(root, "line", "v1").open()) {
            for (int i = 0; i < 10; i++) {
                cache.put("a/" + i, new float[] {3 * i, 4 * i, 0});
            }
            cache.flush();
            RowMap map = RowMap.of(cache.snapshot(), 100, "/");
            List<RowMap.Point> points = map.points();
            assertThat(points).allMatch(p -> p.prefix().equals("a"));
            double step = Math.abs(points.get(1).x() - points.get(0).x());
            assertThat(step).isCloseTo(5, offset(1e-6)); // the rows are on one line
            assertThat(points).allMatch(p -> Math.abs(p.y()) < 1e-6);
        }
    }
}
