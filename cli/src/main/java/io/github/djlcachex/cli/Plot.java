package io.github.djlcachex.cli;

import io.github.djlcachex.cache.SegmentInfo;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** A Plot is the picture of a generation as SVG: four panels below each other. */
final class Plot {

    private static final int WIDTH = 800;
    private static final int PANEL = 220;
    private static final int MAP = 500;
    private static final int EDGE = 60;
    private static final int LEGEND = 12;
    private static final String[] COLORS = {
        "#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#bbbbbb"
    };

    private final String name;
    private final List<SegmentInfo> segments;
    private final RowMap map;
    private final StringBuilder svg = new StringBuilder();

    Plot(String name, List<SegmentInfo> segments, RowMap map) {
        this.name = name;
        this.segments =
                segments.stream().sorted(Comparator.comparing(SegmentInfo::committedAt)).toList();
        this.map = map;
    }

    String svg() {
        int height = EDGE + 3 * PANEL + MAP + EDGE;
        svg.append(
                String.format(
                        Locale.ROOT,
                        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\""
                                + " font-family=\"sans-serif\" font-size=\"12\">\n",
                        WIDTH,
                        height));
        svg.append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
        text(EDGE, EDGE / 2, name);
        overTime(EDGE, "rows over time", SegmentInfo::rows, false);
        overTime(EDGE + PANEL, "bytes over time", SegmentInfo::bytes, true);
        sizes(EDGE + 2 * PANEL);
        rows(EDGE + 3 * PANEL);
        return svg.append("</svg>\n").toString();
    }

    private void overTime(
            int top, String title, ToDoubleFunction<SegmentInfo> figure, boolean bytes) {
        double total = segments.stream().mapToDouble(figure).sum();
        text(EDGE, top + 14, title + ": " + figure(total, bytes));
        if (segments.isEmpty() || total == 0) {
            return;
        }
        double first = segments.get(0).committedAt().toEpochMilli();
        double last = segments.get(segments.size() - 1).committedAt().toEpochMilli();
        StringBuilder points = new StringBuilder();
        double sum = 0;
        for (SegmentInfo segment : segments) {
            double share = last == first ? 1 : (time(segment) - first) / (last - first);
            points.append(point(share, sum / total, top)); // a step up at the commit
            sum += figure.applyAsDouble(segment);
            points.append(point(share, sum / total, top));
        }
        svg.append("<polyline fill=\"none\" stroke=\"").append(COLORS[0]).append("\" points=\"");
        svg.append(points.toString().strip()).append("\"/>\n");
        text(EDGE, top + PANEL - 6, segments.get(0).committedAt().toString());
        String end = segments.get(segments.size() - 1).committedAt().toString();
        text(WIDTH - EDGE - 170, top + PANEL - 6, end);
    }

    private static double time(SegmentInfo segment) {
        return segment.committedAt().toEpochMilli();
    }

    private static String figure(double number, boolean bytes) {
        return bytes ? Figures.bytes((long) number) : Figures.count((long) number);
    }

    private static String point(double x, double y, int top) {
        return String.format(
                Locale.ROOT,
                "%.1f,%.1f ",
                EDGE + x * (WIDTH - 2 * EDGE),
                top + PANEL - 24 - y * (PANEL - 50));
    }

    private void sizes(int top) {
        List<Long> sizes = segments.stream().map(SegmentInfo::bytes).sorted().toList();
        long most = sizes.isEmpty() ? 1 : sizes.get(sizes.size() - 1);
        text(EDGE, top + 14, "segment sizes, sorted: up to " + Figures.bytes(most));
        double width = (WIDTH - 2.0 * EDGE) / Math.max(1, sizes.size());
        for (int i = 0; i < sizes.size(); i++) {
            double height = (PANEL - 50) * (double) sizes.get(i) / Math.max(1, most);
            svg.append(
                    String.format(
                            Locale.ROOT,
                            "<rect x=\"%.2f\" y=\"%.1f\" width=\"%.2f\" height=\"%.1f\""
                                    + " fill=\"%s\"/>\n",
                            EDGE + i * width,
                            top + PANEL - 24 - height,
                            Math.max(0.2, width * 0.9),
                            height,
                            COLORS[0]));
        }
    }

    private void rows(int top) {
        List<RowMap.Point> points = map.points();
        text(EDGE, top + 14, "a sample of " + Figures.count(points.size(), "row") + ", PCA");
        double span = 0;
        for (RowMap.Point point : points) {
            span = Math.max(span, Math.max(Math.abs(point.x()), Math.abs(point.y())));
        }
        Map<String, String> colors = new LinkedHashMap<>();
        for (RowMap.Point point : points) {
            String color =
                    colors.computeIfAbsent(
                            point.prefix(),
                            p -> COLORS[Math.min(colors.size(), COLORS.length - 1)]);
            double scale = span == 0 ? 0 : (MAP / 2.0 - 30) / span;
            svg.append(
                    String.format(
                            Locale.ROOT,
                            "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"2\" fill=\"%s\"/>\n",
                            WIDTH / 2.0 + point.x() * scale,
                            top + MAP / 2.0 - point.y() * scale,
                            color));
        }
        List<String> prefixes = new ArrayList<>(colors.keySet());
        for (int i = 0; i < Math.min(LEGEND, prefixes.size()) && prefixes.size() > 1; i++) {
            svg.append(
                    String.format(
                            Locale.ROOT,
                            "<rect x=\"%d\" y=\"%d\" width=\"8\" height=\"8\" fill=\"%s\"/>\n",
                            EDGE,
                            top + 24 + 16 * i,
                            colors.get(prefixes.get(i))));
            text(EDGE + 14, top + 32 + 16 * i, prefixes.get(i));
        }
    }

    private void text(int x, int y, String text) {
        svg.append(String.format(Locale.ROOT, "<text x=\"%d\" y=\"%d\">", x, y));
        svg.append(
                Escapes.line(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"));
        svg.append("</text>\n");
    }
}
