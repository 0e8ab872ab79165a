package io.github.djlcachex.spark.internal;

import io.github.djlcachex.row.InvalidKeyException;
import io.github.djlcachex.row.Keys;

import org.apache.spark.sql.connector.expressions.Expression;
import org.apache.spark.sql.connector.expressions.Literal;
import org.apache.spark.sql.connector.expressions.NamedReference;
import org.apache.spark.sql.connector.expressions.filter.Predicate;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The ids that a query asks for by {@code id = ..} and {@code id IN (..)}. For one thread. */
final class IdFilter {

    private final DataType idType;
    private final List<Predicate> accepted = new ArrayList<>();
    private @Nullable Set<Object> ids;

    IdFilter(DataType idType) {
        this.idType = idType;
    }

    /** Takes a condition over ids; returns false if Spark is to check it. */
    boolean accept(Predicate predicate) {
        Expression[] children = predicate.children();
        boolean taken =
                switch (predicate.name()) {
                    case "=" ->
                            children.length == 2
                                    && (takeIds(children[0], Stream.of(children[1]))
                                            || takeIds(children[1], Stream.of(children[0])));
                    case "IN" ->
                            children.length > 0
                                    && takeIds(children[0], Arrays.stream(children).skip(1));
                    default -> false;
                };
        if (taken) {
            accepted.add(predicate);
        }
        return taken;
    }

    private boolean takeIds(Expression column, Stream<Expression> values) {
        if (!isId(column)) {
            return false;
        }
        Set<Object> wanted = new LinkedHashSet<>();
        for (Expression value : values.toList()) {
            if (!(value instanceof Literal<?> literal) || !literal.dataType().equals(idType)) {
                return false;
            }
            if (literal.value() != null) { // a null equals nothing
                wanted.add(key(literal.value()));
            }
        }
        Set<Object> before = ids;
        if (before != null) {
            wanted.retainAll(before);
        }
        ids = wanted;
        return true;
    }

    private static boolean isId(Expression column) {
        return column instanceof NamedReference reference
                && Arrays.equals(reference.fieldNames(), new String[] {SourceField.ID});
    }

    private static Object key(Object literal) {
        return literal instanceof Long ? literal : literal.toString();
    }

    boolean isAny() {
        return ids == null;
    }

    Predicate[] accepted() {
        return accepted.toArray(new Predicate[0]);
    }

    /** The ids; a text that can be none is not among them. */
    Keys keys() {
        Set<Object> wanted = ids == null ? Set.of() : ids;
        return idType.equals(DataTypes.LongType)
                ? Keys.of(wanted.stream().mapToLong(Long.class::cast).toArray())
                : Keys.ofStrings(
                        wanted.stream().map(String.class::cast).filter(IdFilter::isKey).toList());
    }

    private static boolean isKey(String text) {
        try {
            return Keys.of(text).size() == 1;
        } catch (InvalidKeyException e) {
            return false;
        }
    }

    @Override
    public String toString() {
        return accepted.toString();
    }
}
