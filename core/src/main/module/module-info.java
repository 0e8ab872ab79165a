/** The cache of rows by key. Only what is exported is promised. */
module io.github.djlcachex.core {
    requires transitive org.apache.arrow.vector;
    requires transitive org.apache.arrow.memory.core;
    requires org.apache.arrow.format;
    requires com.fasterxml.jackson.core;
    requires com.fasterxml.jackson.databind;
    requires com.github.benmanes.caffeine;
    requires org.slf4j;
    requires jdk.management;
    requires static org.jspecify;
    requires static com.google.errorprone.annotations;
    exports io.github.djlcachex.cache;
    exports io.github.djlcachex.cache.arrow;
    exports io.github.djlcachex.row;
}
