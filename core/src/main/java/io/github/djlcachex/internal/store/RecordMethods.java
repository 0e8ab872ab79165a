package io.github.djlcachex.internal.store;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.runtime.ObjectMethods;
import java.util.Map;

/**
 * What Java 17 keeps of records: the class of the last one that any code of the JVM compared, and
 * with it its loader.
 *
 * <p>Where a method of a record is first called, the JDK makes it of a handle of its own, which
 * remembers the types that it was last used for. Later versions remember them softly.
 */
final class RecordMethods {

    private static final Logger logger = LoggerFactory.getLogger(RecordMethods.class);
    private static final int SOFT_SINCE = 19;

    private RecordMethods() {}

    /** Has the JDK remember classes of its own instead. */
    static void forgetClasses() {
        if (Runtime.version().feature() < SOFT_SINCE) {
            Map<String, MethodType> methods =
                    Map.of(
                            "equals",
                            MethodType.methodType(boolean.class, String.class, Object.class),
                            "hashCode",
                            MethodType.methodType(int.class, String.class),
                            "toString",
                            MethodType.methodType(String.class, String.class));
            methods.forEach(RecordMethods::make);
        }
    }

    private static void make(String name, MethodType type) {
        MethodHandle itself = MethodHandles.identity(String.class);
        try {
            ObjectMethods.bootstrap(
                    MethodHandles.lookup(), name, type, String.class, "value", itself);
        } catch (Throwable e) {
            logger.debug("a class loader may stay until another record is compared", e);
        }
    }
}
