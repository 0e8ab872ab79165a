package io.github.djlcachex.internal.store;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.lang.management.ManagementFactory;

import javax.management.InstanceAlreadyExistsException;
import javax.management.JMException;
import javax.management.ObjectName;

/** The registration of a store's bean at the JVM's MBean server. A failure is one warning. */
final class JmxRegistration {

    private static final Logger logger = LoggerFactory.getLogger(JmxRegistration.class);

    /** Class loaders that may have one generation open at the same time, each with a store. */
    private static final int MAX_INSTANCES = 100;

    private final @Nullable ObjectName name;

    private JmxRegistration(@Nullable ObjectName name) {
        this.name = name;
    }

    /** Registers a store under its module id and the directory of its generation. */
    static JmxRegistration of(Store store, StorePaths paths, String moduleId) {
        try {
            StoreBean bean = new StoreBean(store, paths.generation().toString());
            return new JmxRegistration(register(bean, baseName(paths, moduleId)));
        } catch (JMException | RuntimeException e) {
            logger.warn("cannot show {} in JMX", paths.generation(), e);
            return new JmxRegistration(null);
        }
    }

    /** Of a module id, which may be any text, and of a path every character is kept. */
    private static String baseName(StorePaths paths, String moduleId) {
        return "io.github.djlcachex:type=FeatureCache,module="
                + ObjectName.quote(moduleId)
                + ",generation="
                + paths.generation().getFileName()
                + ",directory="
                + ObjectName.quote(String.valueOf(paths.module().getParent()));
    }

    private static ObjectName register(StoreBean bean, String baseName) throws JMException {
        for (int instance = 1; ; instance++) {
            String suffix = instance == 1 ? "" : ",instance=" + instance;
            try {
                ObjectName name = new ObjectName(baseName + suffix);
                ManagementFactory.getPlatformMBeanServer().registerMBean(bean, name);
                return name;
            } catch (InstanceAlreadyExistsException e) {
                if (instance == MAX_INSTANCES) {
                    throw e;
                }
            }
        }
    }

    /** Takes the bean away, so that the server holds neither the store nor its class loader. */
    void remove() {
        if (name != null) {
            try {
                ManagementFactory.getPlatformMBeanServer().unregisterMBean(name);
            } catch (JMException | RuntimeException e) {
                logger.debug("{} is not registered any more", name, e);
            }
        }
    }
}
