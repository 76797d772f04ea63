"""Conda channels that are made on a bare machine, and a server for them.

Everything in them is real: archives, metadata and hashes are as conda-build writes them, the Python is the machine's
own, and packages are made from wheels of the package index. `rig.channel.channels.make_channels` makes the folder,
`rig.channel.server.ChannelServer` serves it, `rig.channel.fixtures` gives both to tests, and ``python -m rig.channel``
makes the folder by hand.
"""
