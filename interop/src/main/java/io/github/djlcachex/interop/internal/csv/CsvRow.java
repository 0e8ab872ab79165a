package io.github.djlcachex.interop.internal.csv;

import java.util.List;

/** A record of a file, and the number of the line where it begins, from 1. */
record CsvRow(long line, List<String> cells) {

    String cell(int index) {
        return cells.get(index);
    }
}
