package io.github.djlcachex.examples;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A chart in SVG: groups of bars, or lines, one of a colour for each series. */
final class SvgChart {

    private static final int WIDTH = 760;
    private static final int HEIGHT = 260;
    private static final int LEFT = 56;
    private static final int BOTTOM = 34;
    private static final int MARGIN = 12;
    private static final int TICKS = 4;
    private static final double GROUP_SHARE = 0.8;

    private final List<String> groups;
    private final List<ChartSeries> series;
    private final double top;

    SvgChart(List<String> groups, List<ChartSeries> series) {
        this.groups = groups;
        this.series = series;
        this.top =
                series.stream()
                        .flatMap(each -> each.values().stream())
                        .max(Double::compare)
                        .orElse(1.0);
    }

    /** Bars beside each other, a group for each label. */
    String bars(String unit) {
        List<String> shapes = new ArrayList<>();
        double width = groupWidth() * GROUP_SHARE / series.size();
        for (int s = 0; s < series.size(); s++) {
            for (int g = 0; g < groups.size(); g++) {
                double value = series.get(s).values().get(g);
                shapes.add(
                        format(
                                "<rect x='%.1f' y='%.1f' width='%.1f' height='%.1f' fill='%s'>"
                                        + "<title>%s, %s: %.3f %s</title></rect>",
                                LEFT + g * groupWidth() + s * width,
                                y(value),
                                width - 1,
                                y(0) - y(value),
                                series.get(s).colour(),
                                series.get(s).name(),
                                groups.get(g),
                                value,
                                unit));
            }
        }
        return frame(shapes);
    }

    /** Lines over each other; each later series is drawn with longer gaps. */
    String lines() {
        List<String> shapes = new ArrayList<>();
        for (int s = 0; s < series.size(); s++) {
            StringBuilder points = new StringBuilder();
            for (int g = 0; g < groups.size(); g++) {
                points.append(format("%.1f,%.1f ", middle(g), y(series.get(s).values().get(g))));
            }
            shapes.add(
                    format(
                            "<polyline points='%s' fill='none' stroke='%s' stroke-width='%d'"
                                    + " stroke-dasharray='%s'/>",
                            points,
                            series.get(s).colour(),
                            2 * (series.size() - s),
                            s == 0 ? "none" : "6 " + 6 * s));
        }
        return frame(shapes);
    }

    private double groupWidth() {
        return (double) (WIDTH - LEFT - MARGIN) / groups.size();
    }

    private double middle(int group) {
        return LEFT + (group + GROUP_SHARE / 2) * groupWidth();
    }

    private double y(double value) {
        return HEIGHT - BOTTOM - value / top * (HEIGHT - MARGIN - BOTTOM);
    }

    private String frame(List<String> shapes) {
        List<String> lines = new ArrayList<>();
        lines.add(format("<svg viewBox='0 0 %d %d' role='img'>", WIDTH, HEIGHT));
        for (int tick = 0; tick <= TICKS; tick++) {
            double value = top * tick / TICKS;
            lines.add(
                    format(
                            "<line x1='%d' x2='%d' y1='%.1f' y2='%.1f' class='grid'/>"
                                    + "<text x='%d' y='%.1f' class='left'>%.4g</text>",
                            LEFT,
                            WIDTH - MARGIN,
                            y(value),
                            y(value),
                            LEFT - 6,
                            y(value) + 4,
                            value));
        }
        for (int g = 0; g < groups.size(); g++) {
            lines.add(
                    format(
                            "<text x='%.1f' y='%d' class='below'>%s</text>",
                            middle(g), HEIGHT - BOTTOM / 2, groups.get(g)));
        }
        lines.addAll(shapes);
        return String.join("\n", lines) + "\n</svg>";
    }

    private static String format(String text, Object... values) {
        return String.format(Locale.ROOT, text, values);
    }
}
