package io.github.djlcachex.cli;

/**
 * RowFigures are figures of the numbers that one row has in one column. A NaN counts, and is no
 * part of the others; without a number they are NaN, but for the norm.
 *
 * @param norm the square root of the sum of the squares
 * @param nans how many elements are NaN
 */
record RowFigures(double min, double mean, double max, double norm, int nans) {

    static RowFigures of(RowValue value) {
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        double sum = 0;
        double norm = 0;
        int nans = 0;
        for (int i = 0; i < value.size(); i++) {
            double number = value.number(i);
            if (Double.isNaN(number)) {
                nans++;
            } else {
                min = Math.min(min, number);
                max = Math.max(max, number);
                sum += number;
                norm = Math.hypot(norm, number);
            }
        }
        int numbers = value.size() - nans;
        return numbers == 0
                ? new RowFigures(Double.NaN, Double.NaN, Double.NaN, 0, nans)
                : new RowFigures(min, sum / numbers, max, norm, nans);
    }
}
