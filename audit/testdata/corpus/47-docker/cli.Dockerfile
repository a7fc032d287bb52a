FROM python:3.9
RUN pip install \
    awscli \
    "localstack[full]==0.14.5" \
    pytest
CMD ["localstack", "start"]
