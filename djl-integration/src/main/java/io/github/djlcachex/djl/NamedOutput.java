package io.github.djlcachex.djl;

import java.util.List;

/** An output function of this library, which a fingerprint knows by its parts. */
interface NamedOutput extends OutputFunction {

    /** Returns texts, numbers and functions that tell it from others. */
    List<Object> parts();

    /** Tells whether it reads arrays as bytes, whatever their engine computes. */
    boolean readsBytes();
}
