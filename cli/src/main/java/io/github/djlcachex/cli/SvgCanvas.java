package io.github.djlcachex.cli;

import java.util.Locale;

/** An SvgCanvas draws as the text of an SVG file. */
final class SvgCanvas implements Canvas {

    private final StringBuilder svg = new StringBuilder();

    SvgCanvas(int width, int height) {
        add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\""
                        + " font-family=\"sans-serif\" font-size=\"12\">\n",
                width, height);
        add("<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n");
    }

    private void add(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values));
    }

    @Override
    public void text(double x, double y, String text) {
        add("<text x=\"%.0f\" y=\"%.0f\">", x, y);
        svg.append(
                Escapes.line(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"));
        svg.append("</text>\n");
    }

    @Override
    public void rectangle(double x, double y, double width, double height, String color) {
        add(
                "<rect x=\"%.2f\" y=\"%.1f\" width=\"%.2f\" height=\"%.1f\" fill=\"%s\"/>\n",
                x, y, width, height, color);
    }

    @Override
    public void dot(double x, double y, String color) {
        add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"2\" fill=\"%s\"/>\n", x, y, color);
    }

    @Override
    public void line(double[] points, String color) {
        add("<polyline fill=\"none\" stroke=\"%s\" points=\"", color);
        for (int i = 0; i < points.length; i += 2) {
            add("%s%.1f,%.1f", i == 0 ? "" : " ", points[i], points[i + 1]);
        }
        svg.append("\"/>\n");
    }

    /** Ends the picture. */
    String text() {
        return svg + "</svg>\n";
    }
}
