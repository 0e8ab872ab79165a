package io.github.djlcachex.djl;

import java.util.List;

/** An output function of this library, whose parts a fingerprint covers. */
interface NamedOutput extends OutputFunction {

    /** Returns the texts, numbers and functions that identify it. */
    List<Object> parts();

    /** Tells whether it reads the bytes of arrays and computes nothing in their engine. */
    boolean readsBytes();
}
