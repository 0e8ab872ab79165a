/** The cache of rows by key. Only what is exported to everybody is promised. */
module io.github.djlcachex.core {
    requires com.fasterxml.jackson.core;
    requires com.fasterxml.jackson.databind;
    requires com.github.benmanes.caffeine;
    requires java.management;
    requires jdk.management;
    requires org.apache.arrow.format;
    requires org.apache.arrow.vector; // its schema classes alone, which need no memory of Arrow's
    requires org.slf4j;
    requires static com.google.errorprone.annotations;
    requires static org.jspecify;

    exports io.github.djlcachex.cache;
    exports io.github.djlcachex.row;
    exports io.github.djlcachex.internal.segment to
            io.github.djlcachex.arrow; // the proof of a segment file
}
