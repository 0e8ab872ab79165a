/** The rows of a cache as Arrow vectors. */
module io.github.djlcachex.arrow {
    requires transitive io.github.djlcachex.core;
    requires transitive org.apache.arrow.memory.core;
    requires transitive org.apache.arrow.vector;
    requires com.fasterxml.jackson.core;
    requires com.fasterxml.jackson.databind;
    requires static org.jspecify;

    exports io.github.djlcachex.arrow;
}
