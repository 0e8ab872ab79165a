package io.github.djlcachex.examples;

import java.util.List;

/** A series of a chart: its name, its colour, its values in the order of the groups. */
record ChartSeries(String name, String colour, List<Double> values) {}
