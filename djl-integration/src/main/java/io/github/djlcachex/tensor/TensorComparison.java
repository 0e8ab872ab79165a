package io.github.djlcachex.tensor;

import java.util.List;

/** What differs between two lists of tensors. Immutable. */
public final class TensorComparison {

    private final List<String> problems;
    private final double largestDifference;

    TensorComparison(List<String> problems, double largestDifference) {
        this.problems = List.copyOf(problems);
        this.largestDifference = largestDifference;
    }

    /**
     * Tells whether there is no problem.
     *
     * @return true if names, types and shapes are equal, and no difference is above the tolerance
     */
    public boolean isEqual() {
        return problems.isEmpty();
    }

    /**
     * Returns what differs: for each tensor its name, its type, its shape, or the largest
     * difference above the tolerance and its place.
     *
     * @return the problems, in words
     */
    public List<String> problems() {
        return problems;
    }

    /**
     * Returns the largest difference of two numbers of all tensors of equal type and shape.
     *
     * @return the absolute difference; infinite if a text differs, or if one number alone is not a
     *     number
     */
    public double largestDifference() {
        return largestDifference;
    }

    @Override
    public String toString() {
        return isEqual()
                ? "equal, largest difference " + largestDifference
                : String.join("; ", problems);
    }
}
