package io.github.djlcachex.interop.internal.arrow;

/**
 * A Place is where a field's facts start in the lists of a record batch, which hold those of all
 * fields in the order of the schema, parents first.
 *
 * @param node the number of its node
 * @param buffer the number of its first buffer
 * @param view the number of its count of view buffers
 */
record Place(int node, int buffer, int view) {

    static final Place FIRST = new Place(0, 0, 0);

    /** Returns the place of the first field below a field that is here. */
    Place below(ArrowField field, ArrowBatch batch) {
        return field.kind() == ArrowKind.BYTE_VIEWS
                ? new Place(
                        node + 1,
                        buffer + field.kind().buffers() + batch.viewBuffers(view),
                        view + 1)
                : new Place(node + 1, buffer + field.kind().buffers(), view);
    }

    /** Returns the place of the field that follows one that is here. */
    Place after(ArrowField field, ArrowBatch batch) {
        Place place = below(field, batch);
        for (ArrowField child : field.children()) {
            place = place.after(child, batch);
        }
        return place;
    }
}
