package io.github.djlcachex.cli;

import io.github.djlcachex.cache.SegmentInfo;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** A Plot is the picture of a generation: four panels below each other. */
final class Plot {

    static final int WIDTH = 800;
    private static final int PANEL = 220;
    private static final int MAP = 500;
    private static final int EDGE = 60;
    static final int HEIGHT = EDGE + 3 * PANEL + MAP + EDGE;
    private static final int LEGEND = 12;
    private static final String[] COLORS = {
        "#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#bbbbbb"
    };

    private final String name;
    private final List<SegmentInfo> segments;
    private final RowMap map;
    private final Canvas canvas;

    Plot(Canvas canvas, String name, List<SegmentInfo> segments, RowMap map) {
        this.canvas = canvas;
        this.name = name;
        this.segments =
                segments.stream().sorted(Comparator.comparing(SegmentInfo::committedAt)).toList();
        this.map = map;
    }

    void draw() {
        text(EDGE, EDGE / 2, name);
        overTime(EDGE, "rows over time", SegmentInfo::rows, false);
        overTime(EDGE + PANEL, "bytes over time", SegmentInfo::bytes, true);
        sizes(EDGE + 2 * PANEL);
        rows(EDGE + 3 * PANEL);
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
        double[] points = new double[4 * segments.size()];
        int at = 0;
        double sum = 0;
        for (SegmentInfo segment : segments) {
            double share = last == first ? 1 : (time(segment) - first) / (last - first);
            at = point(points, at, share, sum / total, top); // a step up at the commit
            sum += figure.applyAsDouble(segment);
            at = point(points, at, share, sum / total, top);
        }
        canvas.line(points, COLORS[0]);
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

    private static int point(double[] points, int at, double x, double y, int top) {
        points[at] = EDGE + x * (WIDTH - 2 * EDGE);
        points[at + 1] = top + PANEL - 24 - y * (PANEL - 50);
        return at + 2;
    }

    private void sizes(int top) {
        List<Long> sizes = segments.stream().map(SegmentInfo::bytes).sorted().toList();
        long most = sizes.isEmpty() ? 1 : sizes.get(sizes.size() - 1);
        text(EDGE, top + 14, "segment sizes, sorted: up to " + Figures.bytes(most));
        double width = (WIDTH - 2.0 * EDGE) / Math.max(1, sizes.size());
        for (int i = 0; i < sizes.size(); i++) {
            double height = (PANEL - 50) * (double) sizes.get(i) / Math.max(1, most);
            canvas.rectangle(
                    EDGE + i * width,
                    top + PANEL - 24 - height,
                    Math.max(0.2, width * 0.9),
                    height,
                    COLORS[0]);
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
            canvas.dot(WIDTH / 2.0 + point.x() * scale, top + MAP / 2.0 - point.y() * scale, color);
        }
        List<String> prefixes = new ArrayList<>(colors.keySet());
        for (int i = 0; i < Math.min(LEGEND, prefixes.size()) && prefixes.size() > 1; i++) {
            String color = colors.getOrDefault(prefixes.get(i), COLORS[0]);
            canvas.rectangle(EDGE, top + 24 + 16 * i, 8, 8, color);
            text(EDGE + 14, top + 32 + 16 * i, prefixes.get(i));
        }
    }

    private void text(int x, int y, String text) {
        canvas.text(x, y, text);
    }
}
