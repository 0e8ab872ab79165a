package io.github.djlcachex.tensor;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Compares tensors number by number, a piece of each at a time. It is for one thread. */
final class Comparison {

    private static final int PIECE = 1 << 20;

    private final double tolerance;
    private final List<String> problems = new ArrayList<>();
    private double largest;

    Comparison(double tolerance) {
        this.tolerance = tolerance;
    }

    TensorComparison of(List<Source> original, List<Source> cached) {
        if (original.size() != cached.size()) {
            problems.add("number of tensors: " + original.size() + ", " + cached.size());
        }
        for (int i = 0; i < Math.min(original.size(), cached.size()); i++) {
            compare(i, original.get(i), cached.get(i));
        }
        return new TensorComparison(problems, largest);
    }

    private void compare(int position, Source original, Source cached) {
        String name = original.name() == null ? "tensor " + position : original.name();
        differ(name, "name", original.name(), cached.name());
        int before = problems.size();
        differ(name, "type", original.type(), cached.type());
        differ(name, "shape", original.shape(), cached.shape());
        differ(name, "layout", original.layout(), cached.layout());
        if (problems.size() > before) {
            return;
        }
        for (int plane = 0; plane < original.planes().size(); plane++) {
            compare(name, original.planes().get(plane), cached.planes().get(plane));
        }
    }

    private void differ(
            String name, String what, @Nullable Object original, @Nullable Object cached) {
        if (!Objects.equals(original, cached)) {
            problems.add(name + ": " + what + " " + original + ", " + cached);
        }
    }

    private void compare(String name, Plane original, Plane cached) {
        if (original.size() != cached.size()) {
            problems.add(name + ": " + original.size() + " bytes, " + cached.size());
            largest = Double.POSITIVE_INFINITY;
            return;
        }
        double most = 0;
        long place = -1;
        int width = Values.width(original.type());
        for (long at = 0; at < original.size(); at += PIECE) {
            int length = (int) Math.min(PIECE, original.size() - at);
            ByteBuffer one = original.bytes().slice(at, length);
            ByteBuffer other = cached.bytes().slice(at, length);
            for (int i = 0; i < length; i += width) {
                double difference = Values.difference(original.type(), one, other, i);
                if (difference > most) {
                    most = difference;
                    place = (at + i) / Math.max(1, original.type().byteWidth());
                }
            }
        }
        largest = Math.max(largest, most);
        if (most > tolerance) {
            problems.add(name + ": largest difference " + most + ", at element " + place);
        }
    }
}
