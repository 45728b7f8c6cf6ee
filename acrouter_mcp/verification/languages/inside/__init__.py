"""What runs within the sandbox beside solutions in other languages than Python: programs, imported by nobody."""
