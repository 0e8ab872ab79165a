package io.github.djlcachex.internal.store;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.AttributeNotFoundException;
import javax.management.DynamicMBean;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanInfo;
import javax.management.ReflectionException;

/**
 * A StoreBean shows the counters of an open store through JMX, as they are when it is asked.
 *
 * <p>It is a dynamic MBean, as the server would need an exported package for the interface of any
 * other kind.
 */
final class StoreBean implements DynamicMBean {

    /** What an attribute is of. */
    private record Source(Store store, StoreStats stats) {}

    private record Reader(String description, ToLongFunction<Source> value) {}

    private static final String DIRECTORY = "Directory";

    private final Map<String, Reader> readers = new LinkedHashMap<>();
    private final Store store;
    private final String directory;

    StoreBean(Store store, String directory) {
        this.store = store;
        this.directory = directory;
        add("Rows", "distinct ids with a stored row", s -> s.store().rowCount());
        add("Segments", "segment files", s -> s.store().catalog().segmentCount());
        add("WaitingRows", "rows that are not on disk yet", s -> s.store().pendingRows());
        add("MemoryHits", "rows read from the memory tier", s -> s.stats().memoryHits());
        add("PendingHits", "rows read that wait to be written", s -> s.stats().pendingHits());
        add("DiskHits", "rows read from segment files", s -> s.stats().diskHits());
        add("Misses", "lookups without a row", s -> s.stats().misses());
        add("StoredRows", "rows that put accepted", s -> s.stats().storedRows());
        add("DuplicateRows", "rows put whose id had one", s -> s.stats().duplicateRows());
        add("DeclinedRows", "rows that put declined", s -> s.stats().declinedRows());
        add("OversizedRows", "rows too large for a segment", s -> s.stats().oversizedRows());
        add("OutOfRangeRows", "rows that storeAs cannot hold", s -> s.stats().outOfRangeRows());
        add("OverLimitRows", "rows that limits.json declined", s -> s.stats().overLimitRows());
        add("PersistedRows", "rows in committed files", s -> s.stats().persistedRows());
        add("PersistedBytes", "bytes of committed files", s -> s.stats().persistedBytes());
        add("LostRows", "rows that could not be written", s -> s.stats().lostRows());
        add("CorruptRows", "reads of damaged rows", s -> s.stats().corruptRows());
        add("SkippedSegments", "files that cannot be used", s -> s.stats().skippedSegments());
        add("DiskBytes", "bytes of all files", s -> s.store().disk().bytes());
        add("DiskFiles", "all files", s -> s.store().disk().files());
        add("Refreshes", "listings of the directory", s -> s.stats().refreshes());
    }

    private void add(String name, String description, ToLongFunction<Source> value) {
        readers.put(name, new Reader(description, value));
    }

    @Override
    public Object getAttribute(String name) throws AttributeNotFoundException {
        if (name.equals(DIRECTORY)) {
            return directory;
        }
        Reader reader = readers.get(name);
        if (reader == null) {
            throw new AttributeNotFoundException(name);
        }
        return reader.value().applyAsLong(new Source(store, store.stats()));
    }

    @Override
    public AttributeList getAttributes(String[] names) {
        AttributeList found = new AttributeList();
        for (String name : names) {
            if (name.equals(DIRECTORY) || readers.containsKey(name)) {
                found.add(new Attribute(name, valueOf(name)));
            }
        }
        return found;
    }

    private Object valueOf(String name) {
        try {
            return getAttribute(name);
        } catch (AttributeNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void setAttribute(Attribute attribute) throws AttributeNotFoundException {
        throw new AttributeNotFoundException(attribute.getName() + " cannot be set");
    }

    @Override
    public AttributeList setAttributes(AttributeList attributes) {
        return new AttributeList(); // those that were set
    }

    @Override
    public Object invoke(String action, Object[] arguments, String[] signature)
            throws ReflectionException {
        throw new ReflectionException(new NoSuchMethodException(action));
    }

    @Override
    public MBeanInfo getMBeanInfo() {
        List<MBeanAttributeInfo> numbers =
                readers.entrySet().stream()
                        .map(e -> attribute(e.getKey(), "long", e.getValue().description()))
                        .toList();
        MBeanAttributeInfo[] attributes = new MBeanAttributeInfo[numbers.size() + 1];
        attributes[0] = attribute(DIRECTORY, "java.lang.String", "directory of the generation");
        for (int i = 0; i < numbers.size(); i++) {
            attributes[i + 1] = numbers.get(i);
        }
        return new MBeanInfo(
                StoreBean.class.getName(),
                "the rows of one module and fingerprint",
                attributes,
                null,
                null,
                null);
    }

    private static MBeanAttributeInfo attribute(String name, String type, String description) {
        return new MBeanAttributeInfo(name, type, description, true, false, false);
    }
}
