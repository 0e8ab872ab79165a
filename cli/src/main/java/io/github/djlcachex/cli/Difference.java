package io.github.djlcachex.cli;

/** A Difference is how the row of an id in A compares with that in B. */
enum Difference {
    SAME('='),
    ONLY_IN_A('-'),
    ONLY_IN_B('+'),
    DIFFERS('*');

    private final char sign;

    Difference(char sign) {
        this.sign = sign;
    }

    char sign() {
        return sign;
    }
}
