package io.github.djlcachex.cli;

/** A Canvas is what a {@link Plot} draws on. Points are pixels from the top left corner. */
interface Canvas {

    void text(double x, double y, String text);

    void rectangle(double x, double y, double width, double height, String color);

    void dot(double x, double y, String color);

    /** A line through points, given as x and y in turn. */
    void line(double[] points, String color);
}
