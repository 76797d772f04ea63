"""For the tests of whoever writes an adapter: a contract class for each port, and adapters in memory that pass them.

A contract class is a pytest class: derive ``Test…`` from it and give the fixtures that it names. The numbers in its
tests are those of the promises in the port's docstring.

**Example:**

.. code-block:: python

    from oci_mlflow_core.testing.pack_store import PackStoreContract


    class TestMyPackStore(PackStoreContract):
        @pytest.fixture
        def store(self, tmp_path):
            return MyPackStore(tmp_path)
"""
