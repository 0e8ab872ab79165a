package io.github.djlcachex.examples;

import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** The outcome of a demo as one page that needs nothing else and opens offline. */
final class HtmlReport {

    private static final List<String> COLOURS = List.of("#9aa0a6", "#3b7dd8", "#1e9e63");

    private static final String STYLE =
            """
            body { font: 15px/1.5 system-ui, sans-serif; max-width: 800px; margin: 2em auto; color: #222; }
            h1 { font-size: 1.5em; } h2 { font-size: 1.1em; margin: 2em 0 .3em; }
            .key span { margin-right: 1.4em; } .key i { display: inline-block; width: .8em; height: .8em; margin-right: .4em; }
            .facts b { font-size: 1.6em; display: block; } .facts { display: flex; gap: 3em; margin: 1.5em 0; }
            svg { width: 100%; } text { font-size: 11px; fill: #555; } .left { text-anchor: end; } .below { text-anchor: middle; }
            .grid { stroke: #e4e4e4; } p { color: #555; }
            """;

    private final DemoResult result;

    private HtmlReport(DemoResult result) {
        this.result = result;
    }

    static String of(DemoResult result) {
        return new HtmlReport(result).page();
    }

    private String page() {
        RunReport off = result.runs().get(0);
        return String.join(
                "\n",
                "<!doctype html><html lang='en'><meta charset='utf-8'>",
                "<title>djlcachex: cross-validation of a head on MiniLM</title>",
                "<style>" + STYLE + "</style>",
                "<h1>Five folds of a head on a frozen MiniLM</h1><div class='facts'>",
                fact(off.seconds(), "s without the cache"),
                fact(result.coldSeconds(), "s with an empty one"),
                fact(result.warmSeconds(), "s with a filled one"),
                fact(100 * off.meanAccuracy(), "% right, mean of the folds"),
                "</div><p class='key'>" + key() + "</p>",
                "<h2>Seconds by fold and epoch</h2>",
                new SvgChart(epochs(), series(run -> byEpoch(run, RunReport.Epoch::seconds)))
                        .bars("s"),
                "<h2>Validation loss by fold and epoch</h2>",
                "<p>The lines of the three runs lie on each other. Equal bit for bit: "
                        + result.lossesEqual()
                        + ".</p>",
                new SvgChart(epochs(), series(run -> byEpoch(run, RunReport.Epoch::validationLoss)))
                        .lines(),
                "<h2>Rows that the extractor computed, by fold</h2>",
                new SvgChart(folds(), series(this::computedByFold)).bars("rows"));
    }

    private static String fact(double value, String meaning) {
        return String.format(Locale.ROOT, "<div><b>%.1f</b>%s</div>", value, meaning);
    }

    private String key() {
        StringBuilder key = new StringBuilder(256);
        for (int i = 0; i < result.runs().size(); i++) {
            key.append("<span><i style='background:")
                    .append(COLOURS.get(i))
                    .append("'></i>")
                    .append(result.runs().get(i).name())
                    .append("</span>");
        }
        return key.toString();
    }

    private List<String> epochs() {
        return result.runs().get(0).epochs().stream()
                .map(epoch -> epoch.fold() + "/" + epoch.epoch())
                .toList();
    }

    private List<String> folds() {
        return result.runs().get(0).epochs().stream()
                .map(epoch -> "fold " + epoch.fold())
                .distinct()
                .toList();
    }

    /** One series a run. */
    private List<ChartSeries> series(IntFunction<List<Double>> valuesOfRun) {
        return IntStream.range(0, result.runs().size())
                .mapToObj(
                        i ->
                                new ChartSeries(
                                        result.runs().get(i).name(),
                                        COLOURS.get(i),
                                        valuesOfRun.apply(i)))
                .toList();
    }

    private List<Double> byEpoch(int run, ToDoubleFunction<RunReport.Epoch> value) {
        return result.runs().get(run).epochs().stream().map(value::applyAsDouble).toList();
    }

    private List<Double> computedByFold(int run) {
        return IntStream.rangeClosed(1, folds().size())
                .mapToObj(fold -> computed(run, fold))
                .toList();
    }

    /** Without the cache every row is computed; the counters of the second run tell how many. */
    private double computed(int run, int fold) {
        boolean off = result.runs().get(run).name().equals(ChildRuns.OFF);
        return result.runs().get(off ? 1 : run).epochs().stream()
                .filter(epoch -> epoch.fold() == fold)
                .mapToDouble(epoch -> epoch.misses() + (off ? epoch.hits() : 0))
                .sum();
    }
}
