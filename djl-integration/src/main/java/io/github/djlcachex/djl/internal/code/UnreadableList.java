package io.github.djlcachex.djl.internal.code;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.ListIterator;
import java.util.Spliterator;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** A list of arrays whose every access throws. All methods of {@code NDList} end in these. */
@SuppressWarnings({"NonApiType", "EqualsHashCode", "EqualsUnsafeCast"})
final class UnreadableList extends NDList {

    private static final long serialVersionUID = 1L;

    private final transient Supplier<Error> access;

    UnreadableList(Supplier<Error> access) {
        this.access = access;
    }

    @Override
    public int size() {
        throw access.get();
    }

    @Override
    public boolean isEmpty() {
        throw access.get();
    }

    @Override
    public boolean contains(Object o) {
        throw access.get();
    }

    @Override
    public int indexOf(Object o) {
        throw access.get();
    }

    @Override
    public int lastIndexOf(Object o) {
        throw access.get();
    }

    @Override
    public Object clone() {
        throw access.get();
    }

    @Override
    public Object[] toArray() {
        throw access.get();
    }

    @Override
    public <T> T[] toArray(T[] a) {
        throw access.get();
    }

    @Override
    public NDArray get(int i) {
        throw access.get();
    }

    @Override
    public NDArray set(int i, NDArray a) {
        throw access.get();
    }

    @Override
    public boolean add(NDArray a) {
        throw access.get();
    }

    @Override
    public void add(int i, NDArray a) {
        throw access.get();
    }

    @Override
    public NDArray remove(int i) {
        throw access.get();
    }

    @Override
    public boolean remove(Object o) {
        throw access.get();
    }

    @Override
    public void clear() {
        throw access.get();
    }

    @Override
    public boolean addAll(Collection<? extends NDArray> c) {
        throw access.get();
    }

    @Override
    public boolean addAll(int i, Collection<? extends NDArray> c) {
        throw access.get();
    }

    @Override
    public boolean removeAll(Collection<?> c) {
        throw access.get();
    }

    @Override
    public boolean retainAll(Collection<?> c) {
        throw access.get();
    }

    @Override
    public boolean containsAll(Collection<?> c) {
        throw access.get();
    }

    @Override
    public boolean removeIf(Predicate<? super NDArray> p) {
        throw access.get();
    }

    @Override
    public void replaceAll(UnaryOperator<NDArray> o) {
        throw access.get();
    }

    @Override
    public void sort(Comparator<? super NDArray> c) {
        throw access.get();
    }

    @Override
    public void forEach(Consumer<? super NDArray> c) {
        throw access.get();
    }

    @Override
    public Iterator<NDArray> iterator() {
        throw access.get();
    }

    @Override
    public ListIterator<NDArray> listIterator() {
        throw access.get();
    }

    @Override
    public ListIterator<NDArray> listIterator(int i) {
        throw access.get();
    }

    @Override
    public Spliterator<NDArray> spliterator() {
        throw access.get();
    }

    @Override
    public List<NDArray> subList(int from, int to) {
        throw access.get();
    }

    @Override
    public boolean equals(Object o) {
        throw access.get();
    }

    @Override
    public int hashCode() {
        throw access.get();
    }

    @Override
    public String toString() {
        throw access.get();
    }

    // an override from Java 21 on
    @SuppressWarnings({"MissingOverride", "DoNotCallSuggester"})
    public NDArray getFirst() {
        throw access.get();
    }

    // an override from Java 21 on
    @SuppressWarnings({"MissingOverride", "DoNotCallSuggester"})
    public NDArray getLast() {
        throw access.get();
    }

    // an override from Java 21 on
    @SuppressWarnings({"MissingOverride", "DoNotCallSuggester"})
    public NDArray removeFirst() {
        throw access.get();
    }

    // an override from Java 21 on
    @SuppressWarnings({"MissingOverride", "DoNotCallSuggester"})
    public NDArray removeLast() {
        throw access.get();
    }

    // an override from Java 21 on
    @SuppressWarnings({"MissingOverride", "DoNotCallSuggester"})
    public List<NDArray> reversed() {
        throw access.get();
    }
}
