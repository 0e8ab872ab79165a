package io.github.djlcachex.benchmark;

import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.Styler;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The charts of BENCHMARKS.md, as PNG. A chart without figures is not drawn. */
final class Charts {

    private static final int WIDTH = 900;
    private static final int HEIGHT = 480;
    private static final int LABEL_DEGREES = 15;
    private static final String NUMBERS = "#,###.###";

    private Charts() {}

    static void write(List<Figure> figures, Path directory) throws IOException {
        System.setProperty("java.awt.headless", "true");
        Files.createDirectories(directory);
        readRates(figures, directory.resolve("read-rate.png"));
        scale(figures, directory.resolve("scale.png"));
        epochs(figures, directory.resolve("epoch.png"));
    }

    private static void readRates(List<Figure> figures, Path file) throws IOException {
        List<Figure> rates = startingWith(figures, PeersPart.READ_RATE);
        if (rates.isEmpty()) {
            return;
        }
        List<Double> values = rates.stream().map(Figure::value).toList();
        CategoryChart chart =
                bars("Random rows of 2 KiB, batches of 256, warm", "rows/s", smallest(values));
        chart.getStyler().setLegendVisible(false);
        chart.addSeries("rows/s", names(rates, PeersPart.READ_RATE), values);
        save(chart, file);
    }

    private static CategoryChart bars(String title, String unit, double smallest) {
        CategoryChart chart =
                new CategoryChartBuilder()
                        .width(WIDTH)
                        .height(HEIGHT)
                        .title(title)
                        .xAxisTitle("")
                        .yAxisTitle(unit)
                        .build();
        chart.getStyler().setYAxisLogarithmic(true);
        // Bars on a logarithmic axis have no natural foot: a power of ten below all of them.
        chart.getStyler().setYAxisMin(powerOfTenBelow(smallest / 10));
        chart.getStyler().setYAxisDecimalPattern(NUMBERS);
        chart.getStyler().setXAxisLabelRotation(LABEL_DEGREES);
        style(chart);
        return chart;
    }

    private static void style(Chart<?, ?> chart) {
        chart.getStyler().setChartBackgroundColor(Color.WHITE);
        chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideS);
        chart.getStyler().setLegendLayout(Styler.LegendLayout.Horizontal);
    }

    private static double powerOfTenBelow(double number) {
        return Math.pow(10, Math.floor(Math.log10(number)));
    }

    private static double smallest(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).min().orElse(1);
    }

    private static void scale(List<Figure> figures, Path file) throws IOException {
        List<Figure> flushes = startingWith(figures, ScalePart.FLUSH);
        List<Figure> opens = startingWith(figures, ScalePart.OPEN);
        if (flushes.isEmpty() && opens.isEmpty()) {
            return;
        }
        XYChart chart =
                new XYChartBuilder()
                        .width(WIDTH)
                        .height(HEIGHT)
                        .title("Time against rows on disk")
                        .xAxisTitle("rows on disk")
                        .yAxisTitle("ms")
                        .build();
        chart.getStyler().setXAxisLogarithmic(true);
        chart.getStyler().setYAxisLogarithmic(true);
        List<Double> all =
                Stream.concat(flushes.stream(), opens.stream()).map(Figure::value).toList();
        chart.getStyler().setYAxisMin(powerOfTenBelow(smallest(all)));
        chart.getStyler().setYAxisMax(10 * powerOfTenBelow(Collections.max(all)));
        chart.getStyler().setXAxisDecimalPattern(NUMBERS);
        chart.getStyler().setYAxisDecimalPattern(NUMBERS);
        style(chart);
        addPoints(chart, "flush of 2048 rows", flushes);
        addPoints(chart, "open", opens);
        save(chart, file);
    }

    private static void addPoints(XYChart chart, String name, List<Figure> points) {
        if (!points.isEmpty()) {
            chart.addSeries(
                    name,
                    points.stream().map(Charts::rowsOf).toList(),
                    points.stream().map(Figure::value).toList());
        }
    }

    private static void epochs(List<Figure> figures, Path file) throws IOException {
        List<Figure> epochs = startingWith(figures, EpochPart.CHARTED);
        if (epochs.isEmpty()) {
            return;
        }
        List<Double> with = epochs.stream().map(Figure::value).toList();
        List<Double> without =
                epochs.stream().map(figure -> Objects.requireNonNull(figure.limit())).toList();
        CategoryChart chart = bars("One epoch", "ms", Math.min(smallest(with), smallest(without)));
        List<String> names = names(epochs, EpochPart.CHARTED);
        chart.addSeries("with the cache", names, with);
        chart.addSeries("what it stands beside", names, without);
        save(chart, file);
    }

    private static List<Figure> startingWith(List<Figure> figures, String start) {
        return figures.stream().filter(figure -> figure.name().startsWith(start)).toList();
    }

    private static List<String> names(List<Figure> figures, String start) {
        return figures.stream().map(figure -> figure.name().substring(start.length())).toList();
    }

    /** The number of rows at the end of the name. */
    private static int rowsOf(Figure figure) {
        String name = figure.name();
        return Integer.parseInt(name.substring(name.lastIndexOf(" at ")).replaceAll("\\D", ""));
    }

    private static void save(Chart<?, ?> chart, Path file) throws IOException {
        BitmapEncoder.saveBitmap(chart, file.toString(), BitmapEncoder.BitmapFormat.PNG);
    }
}
