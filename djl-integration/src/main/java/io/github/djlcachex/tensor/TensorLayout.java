package io.github.djlcachex.tensor;

/** How the elements of a tensor are laid out. */
public enum TensorLayout {
    /** Every element, the last dimension first. */
    DENSE,
    /** The elements that are not zero, and the coordinates of each. */
    COO
}
